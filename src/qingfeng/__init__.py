"""Qingfeng (清风): the agency's risk map is the program."""
