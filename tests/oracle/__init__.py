"""The rules of resolving and computing a second time, in plain Python, to judge the first."""
