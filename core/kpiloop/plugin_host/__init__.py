"""The plugin host: finds plugins, asks them for what they bring, and keeps a broken one apart."""
