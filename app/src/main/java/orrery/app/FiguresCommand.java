package orrery.app;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import orrery.app.terminal.Front;
import orrery.app.terminal.Json;
import orrery.app.terminal.Progress;
import orrery.figures.Figure;
import orrery.figures.FigureFolder;
import orrery.figures.Figures;
import orrery.report.Numbers;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code figures}: the survey's figures as files. */
@Command(
        name = "figures",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Writes the figures of the survey of architectures as SVG files, and a page that shows them with their captions.",
            "",
            "Figures are numbered as in the survey. 9 and 13 are training runs whose curves are not published as"
                    + " tables: they state what the reports say in words, and show runs of tiny models (orrery lab).",
            "",
            "   1  gallery of the architectures",
            "   2  multi-head and grouped-query attention",
            "   3  multi-head and latent attention",
            "   4  KV cache per token of MHA, GQA, MQA and MLA, and published quality",
            "   5  a dense feed-forward and a mixture of experts",
            "   6  routed and shared experts",
            "   7  scores against training compute, and training cost",
            "   8  where the norms are placed",
            "   9  norms and training stability: OLMo 2's report, and tiny models",
            "  10  Llama 3 8B and OLMo 2 7B",
            "  11  KV memory of Gemma 3 27B with and without windows",
            "  12  full, sliding and chunked masks",
            "  13  windows and perplexity: Gemma 3's report, and tiny models",
            "  14  OLMo 2 7B and Gemma 3 27B",
            "  15  Gemma 3n with and without per-layer embeddings in fast memory",
            "  16  Gemma 3 27B and Mistral Small 3.1 24B, and why one has lower latency"
        },
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  orrery figures --out figures",
            "  orrery figures --out figures --only 4,11 --force",
            "  orrery atlas --out atlas && orrery figures --out figures --atlas ../atlas",
            "  orrery figures --out figures --json"
        })
final class FiguresCommand implements Callable<Integer> {
    private static final String ATLAS = "atlas";

    private final Front front;

    @Option(
            names = {"-o", "--out"},
            required = true,
            paramLabel = "DIR",
            description = "the figures' folder; it is written completely or not at all")
    @SuppressWarnings("NullAway.Init")
    private Path out;

    @Option(names = "--only", split = ",", paramLabel = "N", description = "only these figures, such as 4,11")
    private List<Integer> only = List.of();

    @Option(names = "--force", description = "replace the folder of figures that --out already holds, as a whole")
    private boolean force;

    @Option(
            names = "--atlas",
            paramLabel = "ADDRESS",
            description =
                    "path from the page to the atlas, for links to models and mechanisms (default: an atlas beside DIR"
                            + " if there is one, else the model cards)")
    private Optional<String> atlas = Optional.empty();

    @Option(
            names = {"-q", "--quiet"},
            description = "print only errors")
    private boolean quiet;

    @Option(names = "--json", description = "print one JSON object instead of the summary")
    private boolean json;

    FiguresCommand(Front front) {
        this.front = front;
    }

    @Override
    public Integer call() {
        AtlasCommand.requireFree(out, force, "a folder of figures");
        var numbers = only.isEmpty() ? Figures.numbers() : List.copyOf(new TreeSet<>(only));
        var figures = new ArrayList<Figure>();
        try (var progress = new Progress(front, "drawing " + out.getFileName(), !quiet)) {
            for (int number : numbers) {
                figures.add(Figures.numbered(number));
                progress.at(figures.size(), numbers.size());
            }
        }
        var written = FigureFolder.write(out, figures, force, atlas.or(this::beside));
        if (json) {
            front.out().println(Json.report("figures", data(figures, written)));
        } else if (!quiet) {
            front.out()
                    .println("wrote " + written.page() + ": " + Numbers.count(figures.size(), "figure") + " in "
                            + Numbers.count(written.drawings().size(), "drawing") + " of together "
                            + Numbers.bytes(written.bytes()));
        }
        return 0;
    }

    /** The URL of an atlas next to the new folder. */
    private Optional<String> beside() {
        return Files.exists(out.resolveSibling(ATLAS).resolve("index.html"))
                ? Optional.of("../" + ATLAS)
                : Optional.empty();
    }

    private Map<String, Object> data(List<Figure> figures, FigureFolder.Written written) {
        var data = new LinkedHashMap<String, Object>();
        data.put("index", written.page().toString());
        data.put("figures", figures.stream().map(this::data).toList());
        data.put("bytes", written.bytes());
        return data;
    }

    private Map<String, Object> data(Figure figure) {
        var data = new LinkedHashMap<String, Object>();
        data.put("number", figure.number());
        data.put("name", figure.name());
        data.put("title", figure.title());
        data.put("caption", figure.caption());
        data.put(
                "files",
                figure.panels().stream()
                        .map(panel -> out.resolve(figure.file(panel)).toString())
                        .toList());
        return data;
    }
}
