import com.fasterxml.jackson.databind.JsonNode;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.javarosa.core.model.data.DateData;
import org.javarosa.core.model.data.DateTimeData;
import org.javarosa.core.model.data.IAnswerData;
import org.javarosa.core.model.instance.TreeElement;
import org.javarosa.core.model.utils.IPreloadHandler;
import org.javarosa.core.model.utils.QuestionPreloader;
import org.javarosa.core.reference.PrefixedRootFactory;
import org.javarosa.core.reference.Reference;
import org.javarosa.core.services.IPropertyManager;
import org.javarosa.core.services.properties.IPropertyRules;

/** What a phone has around a form: its clock, its settings, its files. */
final class Handset {
    private Handset() {}

    /** The form is opened and finalised at these moments. `now()` is still the machine's. */
    static void setClock(QuestionPreloader preloader, Date start, Date end) {
        preloader.addPreloadHandler(new Preload("timestamp", "start", new DateTimeData(start), "end", new DateTimeData(end)));
        preloader.addPreloadHandler(new Preload("date", "today", new DateData(start), null, null));
    }

    private static final class Preload implements IPreloadHandler {
        private final String name;
        private final String first;
        private final IAnswerData atFirst;
        private final String last;
        private final IAnswerData atLast;

        Preload(String name, String first, IAnswerData atFirst, String last, IAnswerData atLast) {
            this.name = name;
            this.first = first;
            this.atFirst = atFirst;
            this.last = last;
            this.atLast = atLast;
        }

        @Override
        public String preloadHandled() {
            return name;
        }

        @Override
        public IAnswerData handlePreload(String what) {
            return first.equals(what) ? atFirst : null;
        }

        @Override
        public boolean handlePostProcess(TreeElement node, String what) {
            if (last == null || !last.equals(what)) {
                return false;
            }
            node.setAnswer(atLast);
            return true;
        }
    }

    static final class Properties implements IPropertyManager {
        private final Map<String, String> values = new HashMap<>();

        Properties(JsonNode given) {
            given.fields().forEachRemaining(
                entry -> values.put(entry.getKey(), entry.getValue().asText()));
        }

        @Override
        public String getSingularProperty(String name) {
            return values.get(name.toLowerCase());
        }

        @Override
        public List<String> getProperty(String name) {
            return Collections.singletonList(getSingularProperty(name));
        }

        @Override
        public void setProperty(String name, String value) {
            values.put(name.toLowerCase(), value);
        }

        @Override
        public void setProperty(String name, List<String> value) {
            setProperty(name, value.get(0));
        }

        @Override
        public void addRules(IPropertyRules rules) {}

        @Override
        public List<IPropertyRules> getRules() {
            return Collections.emptyList();
        }
    }

    /** `jr://file-csv/x.csv` and its like: the file of that name in the form's folder. */
    static final class InFolder extends PrefixedRootFactory {
        private final Path folder;

        InFolder(Path folder) {
            super(new String[] {"file", "file-csv", "images", "audio", "video"});
            this.folder = folder;
        }

        @Override
        protected Reference factory(String terminal, String uri) {
            File file = folder.resolve(uri.substring(uri.lastIndexOf('/') + 1)).toFile();
            if (!file.isFile()) {
                throw new IllegalStateException(uri + " is not in the form's folder");
            }
            return new Reference() {
                @Override
                public boolean doesBinaryExist() {
                    return file.isFile();
                }

                @Override
                public InputStream getStream() throws IOException {
                    return new FileInputStream(file);
                }

                @Override
                public String getURI() {
                    return uri;
                }

                @Override
                public String getLocalURI() {
                    return file.getPath();
                }

                @Override
                public boolean isReadOnly() {
                    return true;
                }

                @Override
                public OutputStream getOutputStream() {
                    throw new UnsupportedOperationException();
                }

                @Override
                public void remove() {
                    throw new UnsupportedOperationException();
                }

                @Override
                public Reference[] probeAlternativeReferences() {
                    return new Reference[0];
                }
            };
        }
    }
}
