package orrery.constrain;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import orrery.constrain.RuleGraph.Repetition;

/** Makes a grammar's rules a graph without positions that cannot be completed. */
final class RuleGraphBuilder {
    private static final int DEEPEST = 1500;

    private record Edge(byte kind, int symbol, int target) {}

    private record Pending(Rule rule, int from, int to) {}

    private final Grammar grammar;
    private final Derivatives derivatives;
    private final WorkLimit work;
    private final RegularRules regular;
    private final int largestLexeme;
    private final List<List<Edge>> edges = new ArrayList<>();
    private final List<Integer> starts = new ArrayList<>();
    private final List<Integer> finals = new ArrayList<>();
    private final List<Integer> lexemes = new ArrayList<>();
    private final Map<Integer, Integer> lexemeOf = new HashMap<>();
    private final Map<String, Integer> ruleOf = new HashMap<>();
    private final Map<Integer, Repetition> loops = new HashMap<>();
    private final ArrayDeque<Pending> pending = new ArrayDeque<>();

    RuleGraphBuilder(Grammar grammar, Derivatives derivatives, WorkLimit work, int largestLexeme) {
        this.largestLexeme = largestLexeme;
        this.grammar = grammar;
        this.derivatives = derivatives;
        this.work = work;
        regular = new RegularRules(grammar, derivatives, work, largestLexeme);
    }

    /**
     * The graph; rule 0 derives a whole answer.
     *
     * @throws GrammarException if no answer exists, or the limits are exceeded
     */
    RuleGraph build() {
        named(grammar.start());
        while (!pending.isEmpty()) {
            Pending next = pending.remove();
            add(next.rule, next.from, next.to, 0);
        }
        boolean[] good = new boolean[edges.size()];
        boolean[] productive = new boolean[starts.size()];
        spread(good, productive, false);
        if (!productive[0]) {
            throw new GrammarException("no answer follows the grammar: rule '" + grammar.start() + "' derives no text");
        }
        trim(good, productive);
        boolean[] empty = new boolean[edges.size()];
        boolean[] nullable = new boolean[starts.size()];
        spread(empty, nullable, true);
        return graph(nullable);
    }

    private int named(String name) {
        Integer known = ruleOf.get(name);
        if (known != null) {
            return known;
        }
        int rule = rule(grammar.rule(new Rule.Reference(name)));
        ruleOf.put(name, rule);
        return rule;
    }

    private int rule(Rule body) {
        int start = position();
        int end = position();
        starts.add(start);
        finals.add(end);
        pending.add(new Pending(body, start, end));
        return starts.size() - 1;
    }

    private int position() {
        work.step();
        work.keep(64);
        edges.add(new ArrayList<>(2));
        return edges.size() - 1;
    }

    private void edge(int from, byte kind, int symbol, int to) {
        work.step();
        work.keep(32);
        edges.get(from).add(new Edge(kind, symbol, to));
    }

    private void add(Rule rule, int from, int to, int depth) {
        if (depth > DEEPEST) {
            throw new GrammarException("the grammar is too large: a rule is nested more than " + DEEPEST + " deep");
        }
        if (regular.contains(rule)) {
            lexeme(regular.expression(rule), from, to);
            return;
        }
        switch (rule) {
            case Rule.Lexeme(var regex) -> lexeme(derivatives.of(regex), from, to);
            case Rule.Sequence(var parts) -> sequence(parts, from, to, depth);
            case Rule.Choice(var parts) -> {
                for (Rule part : parts) {
                    int start = position();
                    edge(from, RuleGraph.SKIP, 0, start);
                    add(part, start, to, depth + 1);
                }
            }
            case Rule.Repeat repeat -> repeat(repeat, from, to, depth);
            case Rule.Reference(var name) -> edge(from, RuleGraph.RULE, named(name), to);
        }
    }

    /** Parts in a row that are small and regular are one lexeme. */
    private void sequence(List<Rule> parts, int from, int to, int depth) {
        if (parts.isEmpty()) {
            edge(from, RuleGraph.SKIP, 0, to);
        }
        int at = from;
        int i = 0;
        while (i < parts.size()) {
            int end = i;
            int size = 0;
            while (end < parts.size() && size + regular.size(parts.get(end)) <= largestLexeme) {
                size += regular.size(parts.get(end++));
            }
            end = Math.max(end, i + 1);
            int next = end == parts.size() ? to : position();
            if (end == i + 1) {
                add(parts.get(i), at, next, depth + 1);
            } else {
                lexeme(regular.sequence(parts.subList(i, end)), at, next);
            }
            at = next;
            i = end;
        }
    }

    private void lexeme(int expression, int from, int to) {
        if (!derivatives.isAlive(expression)) {
            return;
        }
        Integer lexeme = lexemeOf.get(expression);
        if (lexeme == null) {
            lexeme = lexemes.size();
            lexemes.add(expression);
            lexemeOf.put(expression, lexeme);
        }
        edge(from, RuleGraph.LEXEME, lexeme, to);
    }

    private void repeat(Rule.Repeat repeat, int from, int to, int depth) {
        Rule part = repeat.part();
        int least = repeat.least();
        int most = repeat.most();
        if (part instanceof Rule.Lexeme(var regex)) {
            lexeme(derivatives.forms().repeat(derivatives.of(regex), least, most), from, to);
        } else if (most == 0) {
            edge(from, RuleGraph.SKIP, 0, to);
        } else if (most == 1) {
            int start = position();
            edge(from, RuleGraph.SKIP, 0, start);
            add(part, start, to, depth + 1);
            if (least == 0) {
                edge(from, RuleGraph.SKIP, 0, to);
            }
        } else if (most == Regex.UNBOUNDED && least <= 1) {
            int start = position();
            int end = position();
            edge(from, RuleGraph.SKIP, 0, start);
            add(part, start, end, depth + 1);
            edge(end, RuleGraph.SKIP, 0, start);
            edge(end, RuleGraph.SKIP, 0, to);
            if (least == 0) {
                edge(from, RuleGraph.SKIP, 0, to);
            }
        } else {
            int loop = position();
            starts.add(loop);
            finals.add(loop);
            int counted = starts.size() - 1;
            int repeated = part instanceof Rule.Reference(var name) ? named(name) : rule(part);
            loops.put(loop, new Repetition(repeated, least, most));
            edge(from, RuleGraph.RULE, counted, to);
        }
    }

    /**
     * Finds the rules that derive a text, or that derive the empty one, and the positions from which their end is
     * reached so.
     */
    private void spread(boolean[] good, boolean[] rules, boolean onlyEmpty) {
        for (int i = 0; i < starts.size(); i++) {
            if (!loops.containsKey(starts.get(i))) {
                good[finals.get(i)] = true;
            }
        }
        boolean changed = true;
        while (changed) {
            changed = false;
            for (int position = edges.size() - 1; position >= 0; position--) {
                work.step();
                Repetition loop = loops.get(position);
                boolean reaches = good[position] || (loop != null && (loop.least() == 0 || rules[loop.part()]));
                for (Edge edge : edges.get(position)) {
                    reaches = reaches || (good[edge.target] && canRead(edge, rules, onlyEmpty));
                }
                if (reaches && !good[position]) {
                    good[position] = true;
                    changed = true;
                }
            }
            for (int rule = 0; rule < rules.length; rule++) {
                if (good[starts.get(rule)] && !rules[rule]) {
                    rules[rule] = true;
                    changed = true;
                }
            }
        }
    }

    private boolean canRead(Edge edge, boolean[] rules, boolean onlyEmpty) {
        return switch (edge.kind) {
            case RuleGraph.LEXEME -> !onlyEmpty || derivatives.isNullable(lexemes.get(edge.symbol));
            case RuleGraph.RULE -> rules[edge.symbol];
            default -> true;
        };
    }

    private void trim(boolean[] good, boolean[] productive) {
        for (List<Edge> from : edges) {
            from.removeIf(edge -> !good[edge.target] || (edge.kind == RuleGraph.RULE && !productive[edge.symbol]));
        }
        loops.replaceAll((_, loop) -> productive[loop.part()] ? loop : new Repetition(loop.part(), 0, 0));
    }

    private RuleGraph graph(boolean[] nullable) {
        int count = edges.stream().mapToInt(List::size).sum();
        int[] edgesFrom = new int[edges.size() + 1];
        byte[] kinds = new byte[count];
        int[] symbols = new int[count];
        int[] targets = new int[count];
        boolean[] ends = new boolean[edges.size()];
        int[] loopAt = new int[edges.size()];
        Arrays.fill(loopAt, -1);
        var repetitions = new ArrayList<Repetition>();
        int at = 0;
        for (int position = 0; position < edges.size(); position++) {
            for (Edge edge : edges.get(position)) {
                kinds[at] = edge.kind;
                symbols[at] = edge.symbol;
                targets[at++] = edge.target;
            }
            edgesFrom[position + 1] = at;
            Repetition loop = loops.get(position);
            if (loop != null) {
                loopAt[position] = repetitions.size();
                repetitions.add(new Repetition(loop.part(), nullable[loop.part()] ? 0 : loop.least(), loop.most()));
            }
        }
        for (int end : finals) {
            ends[end] = loopAt[end] < 0;
        }
        return new RuleGraph(
                edgesFrom,
                kinds,
                symbols,
                targets,
                ends,
                loopAt,
                starts.stream().mapToInt(Integer::intValue).toArray(),
                nullable,
                lexemes.stream().mapToInt(Integer::intValue).toArray(),
                repetitions.toArray(Repetition[]::new));
    }
}
