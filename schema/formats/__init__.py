"""Read and write published formats of other corpora: MNER-MI and the CoNLL files of Twitter-2015/2017."""
