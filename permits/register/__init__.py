"""The public register of granted decisions 许可公开 (许可法 40), and the rows for credit platforms 双公示."""
