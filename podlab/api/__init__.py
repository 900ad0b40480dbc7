"""What a manifest says: strict loading (v1 and the 2014 v1beta1), defaults and validation."""
