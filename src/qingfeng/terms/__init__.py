"""Vocabulary of the whole program: ids, instants and days, the working-day calendar, bilingual text, limits."""
