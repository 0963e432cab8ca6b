"""Planted bugs: does any test notice?"""
