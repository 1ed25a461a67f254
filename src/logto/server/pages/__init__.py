"""The pages that local Logto shows to people: views in, HTML responses out."""
