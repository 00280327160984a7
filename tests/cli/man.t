# What manual pages show as examples does what they show: all that needs no zone
# to be there (tests/examples says how a page marks the others).

$ "$SRC/tests/examples" -r cli "$SRC"/docs/man/*.[1-8]
ran …zonecfg.8 …
