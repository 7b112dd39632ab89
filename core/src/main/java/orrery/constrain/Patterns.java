package orrery.constrain;
final class Patterns { static Regex search(String p) { throw new GrammarException("patterns are not read yet"); } static Regex wholeMatch(String p) { return Texts.ofLength(0, 77); } private Patterns() {} }
