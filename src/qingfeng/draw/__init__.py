"""Verifiable random selection (双随机抽取): pure arithmetic over a frozen plan, revealed links and a public beacon."""
