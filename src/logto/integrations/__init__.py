"""Logto in the frameworks that applications are written with, one framework a module."""
