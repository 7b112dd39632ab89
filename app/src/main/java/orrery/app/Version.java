package orrery.app;

import java.util.ArrayList;
import java.util.List;
import orrery.kernel.Backend;
import picocli.CommandLine.IVersionProvider;

/** The output of {@code --version}: the versions of this program and of Java, and the kernels. */
final class Version implements IVersionProvider {
    static final String NUMBER = "0.1.0";

    /** Created by picocli. */
    Version() {}

    @Override
    public String[] getVersion() {
        var lines = new ArrayList<String>();
        lines.add("Orrery " + NUMBER);
        lines.add("Java " + Runtime.version() + " (" + System.getProperty("java.vm.name") + ", "
                + System.getProperty("java.vendor") + "), " + System.getProperty("os.name") + " "
                + System.getProperty("os.arch"));
        lines.addAll(kernels(Backend.general()));
        return lines.toArray(String[]::new);
    }

    /** The backend that supports every model here, and those that would be preferred but lack something. */
    static List<String> kernels(List<Backend> backends) {
        var lines = new ArrayList<String>();
        for (var backend : backends) {
            var missing = backend.missing();
            if (missing.isEmpty()) {
                try (var kernels = backend.open(Backend.Options.ofMachine())) {
                    lines.addFirst("Kernels: " + backend.name() + " (" + kernels.description() + ")");
                }
                return lines;
            }
            lines.add("  not " + backend.name() + ": " + missing.get());
        }
        lines.addFirst("Kernels: none can be used on this machine");
        return lines;
    }
}
