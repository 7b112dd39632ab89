package orrery.constrain;
final class Patterns { static Regex search(String p) { throw new GrammarException("patterns are not read yet"); } static Regex wholeMatch(String p) { throw new GrammarException("patterns are not read yet"); } private Patterns() {} }
