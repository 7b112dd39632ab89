package orrery.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import orrery.OrreryException;
import orrery.app.terminal.CommandException;
import orrery.constrain.EcmaPattern;
import orrery.constrain.Gbnf;
import orrery.constrain.Grammar;
import orrery.constrain.JsonSchema;
import orrery.constrain.SchemaOptions;
import orrery.format.FormatException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code --json-schema}, {@code --grammar}, {@code --regex}: what answers have to follow. */
final class ConstraintFlags {
    @Option(
            names = "--json-schema",
            paramLabel = "FILE",
            description = "the answer is JSON that follows this JSON Schema; the model's thoughts stay free")
    private @Nullable Path schema;

    @Option(
            names = "--grammar",
            paramLabel = "FILE",
            description = "the answer follows this grammar, in llama.cpp's form (GBNF)")
    private @Nullable Path grammar;

    @Option(
            names = "--regex",
            paramLabel = "EXPRESSION",
            description = "the answer as a whole matches this expression, in JavaScript's form")
    private @Nullable String regex;

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init")
    private CommandSpec command;

    /**
     * Reads the grammar, before a model is loaded; empty if the answer is free.
     *
     * @throws CommandException if a file cannot be read, or is no schema or grammar that can be kept; names the place
     * @throws ParameterException if several options are given
     */
    Optional<Grammar> grammar() {
        int given = (schema == null ? 0 : 1) + (grammar == null ? 0 : 1) + (regex == null ? 0 : 1);
        if (given > 1) {
            throw new ParameterException(
                    command.commandLine(), "--json-schema, --grammar and --regex exclude each other");
        }
        if (schema != null) {
            return Optional.of(read(
                    schema, text -> JsonSchema.of(text, SchemaOptions.STRICT).grammar()));
        }
        if (grammar != null) {
            return Optional.of(read(grammar, Gbnf::parse));
        }
        return Optional.ofNullable(regex)
                .map(expression -> made("--regex", () -> Grammar.matching(EcmaPattern.wholeMatch(expression))));
    }

    private static Grammar read(Path file, Function<String, Grammar> reader) {
        String text;
        try {
            text = Files.readString(file);
        } catch (IOException e) {
            throw new CommandException("could not read " + file + ": " + FormatException.reason(e), e);
        }
        return made(file.toString(), () -> reader.apply(text));
    }

    private static Grammar made(String source, Supplier<Grammar> grammar) {
        try {
            return grammar.get();
        } catch (OrreryException e) {
            throw new CommandException(source + ": " + e.getMessage(), e);
        }
    }
}
