"""Writing back: values of KPIs into custom fields of the records that people work with."""
