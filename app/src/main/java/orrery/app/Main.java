package orrery.app;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The entry of the command line. */
@Command(name = "orrery", version = "Orrery 0.1.0", mixinStandardHelpOptions = true)
public final class Main implements Runnable {
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Main()).execute(arguments));
    }

    @Override
    public void run() {
        CommandLine.usage(this, System.out);
    }
}
