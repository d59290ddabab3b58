//! What `vow explain` tells about each code.
