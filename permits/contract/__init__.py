"""What a permit kind 许可事项 declares: itself, the obligations of its permits, how long they can last."""
