/** The command line. */
@org.jspecify.annotations.NullMarked
module orrery.app {
    requires orrery.core;
    requires orrery.lab;
    requires orrery.server;
    requires info.picocli;
    requires org.jline;
    requires com.github.weisj.jsvg;
    requires java.desktop;
    requires java.logging;

    opens orrery.app to
            info.picocli;
}
