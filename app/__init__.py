"""Everything a person sees, and the devices."""
