"""The amount a payer should allow, worked out step by step from rates and cited figures."""
