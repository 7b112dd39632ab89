package orrery.figures;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;

/**
 * A table that others published, copied number by number: nothing in it is computed here.
 *
 * @param title what was compared
 * @param source where it stands
 * @param columns what was compared with what
 * @param rows one a benchmark or a size
 */
record Published(String title, String source, List<String> columns, List<Row> rows) {
    private static final String REPORT = "arXiv:2405.04434, appendix D, ";

    /** Dense models of 7B parameters that differ in their attention alone. */
    static final Published DENSE = new Published(
            "Dense models of 7B",
            REPORT + "table 8",
            List.of("MQA", "GQA (8 groups)", "MHA"),
            List.of(
                    Row.score("BBH", 33.2, 35.6, 37.0),
                    Row.score("MMLU", 37.9, 41.2, 45.2),
                    Row.score("C-Eval", 30.0, 37.7, 42.9),
                    Row.score("CMMLU", 34.6, 38.4, 43.5)));

    /** Small mixtures of experts. */
    static final Published SMALL = new Published(
            "Small mixtures of experts",
            REPORT + "table 9",
            List.of("MHA", "MLA"),
            List.of(
                    Row.size("active parameters", "2.5B", "2.4B"),
                    Row.size("all parameters", "15.8B", "15.7B"),
                    Row.size("KV cache per token, elements", "110.6K", "15.6K"),
                    Row.score("BBH", 37.9, 39.0),
                    Row.score("MMLU", 48.7, 50.0),
                    Row.score("C-Eval", 51.6, 50.9),
                    Row.score("CMMLU", 52.3, 53.4)));

    /** Large mixtures of experts. */
    static final Published LARGE = new Published(
            "Large mixtures of experts",
            REPORT + "table 9",
            List.of("MHA", "MLA"),
            List.of(
                    Row.size("active parameters", "25.0B", "21.5B"),
                    Row.size("all parameters", "250.8B", "247.4B"),
                    Row.size("KV cache per token, elements", "860.2K", "34.6K"),
                    Row.score("BBH", 46.6, 50.7),
                    Row.score("MMLU", 57.5, 59.0),
                    Row.score("C-Eval", 57.9, 59.2),
                    Row.score("CMMLU", 60.7, 62.5)));

    Published {
        columns = List.copyOf(columns);
        rows = List.copyOf(rows);
        for (var row : rows) {
            if (row.cells().size() != columns.size()) {
                throw new IllegalArgumentException(title + ": " + row.label() + " has "
                        + row.cells().size() + " cells, expected " + columns.size());
            }
        }
    }

    /** In how many of all scores something is best: {@code 7 of 8 scores}. */
    static String wins(String column, Published... tables) {
        long best = 0;
        long all = 0;
        for (var table : tables) {
            int at = table.columns.indexOf(column);
            best += table.rows.stream().filter(row -> row.isBest(at)).count();
            all += table.rows.stream().filter(row -> row.best().isPresent()).count();
        }
        return best + " of " + all + " scores";
    }

    /**
     * A row.
     *
     * @param label what it is of
     * @param cells as they were published
     * @param best the best of them, where more is better
     */
    record Row(String label, List<String> cells, OptionalDouble best) {
        Row {
            cells = List.copyOf(cells);
        }

        static Row size(String label, String... cells) {
            return new Row(label, List.of(cells), OptionalDouble.empty());
        }

        static Row score(String label, double... scores) {
            var cells = Arrays.stream(scores).mapToObj(Double::toString).toList();
            return new Row(label, cells, Arrays.stream(scores).max());
        }

        boolean isBest(int column) {
            return best.isPresent() && cells.get(column).equals(Double.toString(best.getAsDouble()));
        }
    }
}
