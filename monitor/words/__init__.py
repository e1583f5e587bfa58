"""The pure words: numbers, sentences and message catalogues in Chinese and English."""
