"""The rule language: FEEL and DMN. It knows no people, no web and no database."""
