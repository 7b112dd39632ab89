/** The command line. */
@org.jspecify.annotations.NullMarked
module orrery.app {
    requires orrery.core;
    requires orrery.server;
    requires info.picocli;
    requires org.jline;
    requires java.logging;

    opens orrery.app to
            info.picocli;
}
