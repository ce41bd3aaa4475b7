"""Fetching by address, an extra that is off unless asked for: addresses checked, hosts spared, only changes read."""
