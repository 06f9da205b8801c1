"""Published formats of other corpora: MNER-MI and the CoNLL of Twitter-2015/2017."""
