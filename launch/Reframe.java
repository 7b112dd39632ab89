import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;

/**
 * Rewrites a jar with every class of before Java 8 in Java 8's format: {@code java Reframe.java old.jar new.jar}. The
 * AOT cache accepts no class without stack maps, and picocli is compiled for Java 5; 170 of its classes were read and
 * verified at every start.
 */
final class Reframe {
    private static final int JAVA_8 = 52;

    public static void main(String[] arguments) throws IOException {
        Path old = Path.of(arguments[0]);
        try (var loader = new URLClassLoader(new URL[] {old.toUri().toURL()}, ClassLoader.getPlatformClassLoader());
                var in = new JarFile(old.toFile());
                var out = new JarOutputStream(Files.newOutputStream(Path.of(arguments[1])))) {
            var hierarchy = ClassHierarchyResolver.ofResourceParsing(loader);
            var format = ClassFile.of(
                    ClassFile.StackMapsOption.GENERATE_STACK_MAPS, ClassFile.ClassHierarchyResolverOption.of(hierarchy));
            for (var entry : in.stream().toList()) {
                byte[] bytes = in.getInputStream(entry).readAllBytes();
                out.putNextEntry(new ZipEntry(entry.getName()));
                out.write(entry.getName().endsWith(".class") ? reframed(format, bytes) : bytes);
                out.closeEntry();
            }
        }
    }

    private static byte[] reframed(ClassFile format, byte[] bytes) {
        var type = format.parse(bytes);
        if (type.majorVersion() >= JAVA_8) {
            return bytes;
        }
        // Methods are copied unchanged, without stack maps, unless they are transformed.
        return format.transformClass(type, ClassTransform.transformingMethodBodies(CodeTransform.ACCEPT_ALL)
                .andThen((builder, element) -> {
                    if (element instanceof ClassFileVersion) {
                        builder.withVersion(JAVA_8, 0);
                    } else {
                        builder.with(element);
                    }
                }));
    }
}
