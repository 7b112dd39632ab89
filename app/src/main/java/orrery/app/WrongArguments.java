package orrery.app;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import orrery.app.terminal.OneLine;
import orrery.catalog.Catalog;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * An error in the command line, in one sentence that says what, where and what was expected, with a suggestion.
 * picocli's own messages mention Java types.
 */
final class WrongArguments {
    private WrongArguments() {}

    static String explained(ParameterException wrong) {
        if (wrong instanceof UnmatchedArgumentException unmatched
                && !unmatched.getUnmatched().isEmpty()) {
            return unexpected(unmatched.getUnmatched(), unmatched.getCommandLine());
        }
        String message = OneLine.of(String.valueOf(wrong.getMessage()));
        if (wrong instanceof MissingParameterException missing) {
            var first = missing.getMissing().getFirst();
            boolean named = message.startsWith("Missing required parameter for option");
            return named || (first.isOption() && !first.required())
                    ? withoutValue(first)
                    : missing(missing.getMissing());
        }
        var argument = wrong.getArgSpec();
        return argument == null ? uncapitalised(message) : refused(argument, String.valueOf(wrong.getValue()), message);
    }

    private static String withoutValue(ArgSpec option) {
        return name(option) + " has no value, expected " + name(option) + " " + option.paramLabel();
    }

    private static String unexpected(List<String> arguments, CommandLine command) {
        String first = arguments.getFirst();
        if (first.startsWith("-") && first.length() > 1) {
            String name = first.contains("=") ? first.substring(0, first.indexOf('=')) : first;
            return "unknown option " + name
                    + Hints.option(name, options(command))
                            .map(WrongArguments::meant)
                            .orElse("");
        }
        if (!command.getSubcommands().isEmpty()) {
            var commands = command.getSubcommands().keySet();
            return unknownCommand(first, commands);
        }
        return "unexpected argument \"" + first + "\"" + instead(first, options(command));
    }

    static String unknownCommand(String word, Collection<String> commands) {
        return "unknown command \"" + word + "\""
                + Hints.command(word, commands)
                        .map(WrongArguments::meant)
                        .orElseGet(() -> ", expected one of " + String.join(", ", commands));
    }

    /** The possible arguments, for an unexpected one. */
    private static String instead(String argument, Collection<String> options) {
        boolean file = isFile(argument);
        if (options.contains("--shape") && !file && Catalog.release(argument).isPresent()) {
            return meant("--shape " + argument);
        }
        if (options.contains("--model") && (file || Catalog.release(argument).isPresent())) {
            return meant("--model " + argument);
        }
        return "; quote a text of several words";
    }

    private static boolean isFile(String argument) {
        try {
            return Files.exists(Path.of(argument));
        } catch (InvalidPathException e) {
            return false;
        }
    }

    private static String meant(String name) {
        return "; did you mean " + name + "?";
    }

    private static String missing(List<ArgSpec> arguments) {
        return arguments.stream()
                        .map(one -> one.isOption() ? name(one) + " " + one.paramLabel() : one.paramLabel())
                        .collect(Collectors.joining(" and "))
                + (arguments.size() == 1 ? " is missing" : " are missing");
    }

    /** A rejected value: by one of our converters, whose message follows picocli's colon, or by picocli. */
    private static String refused(ArgSpec argument, String value, String message) {
        String name = name(argument);
        if (argument.type().isEnum()) {
            String known = Stream.of(argument.type().getEnumConstants())
                    .map(one -> one.toString().toLowerCase(Locale.ROOT))
                    .collect(Collectors.joining(", "));
            return name + " is \"" + value + "\", expected one of " + known;
        }
        if (argument.arity().max() == 0) {
            return name + " takes no value";
        }
        if (message.contains("KEY=VALUE")) {
            return name + " is not of the form " + argument.paramLabel();
        }
        int colon = message.indexOf(": ");
        return message.startsWith("Invalid value for ") && colon > 0
                ? name + ": " + message.substring(colon + 2)
                : uncapitalised(message);
    }

    private static String name(ArgSpec argument) {
        return argument instanceof OptionSpec option ? option.longestName() : argument.paramLabel();
    }

    private static List<String> options(CommandLine command) {
        var names = new ArrayList<String>();
        command.getCommandSpec().optionsMap().forEach((name, option) -> {
            if (name.startsWith("--") && !option.hidden()) {
                names.add(name);
            }
        });
        return names;
    }

    private static String uncapitalised(String message) {
        return message.isEmpty() ? message : Character.toLowerCase(message.charAt(0)) + message.substring(1);
    }
}
