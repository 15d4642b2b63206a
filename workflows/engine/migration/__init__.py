"""Letting running cases go on in a newer version of their process, looked at before it is done."""
