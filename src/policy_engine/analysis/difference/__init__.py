"""What a change of rules changes in meaning, proved over every case of the vocabulary."""
