"""Measures this program beside its peers on the machine at hand; the code behind `visavis bench`."""
