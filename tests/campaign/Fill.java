import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TimeZone;
import java.util.UUID;
import org.javarosa.core.model.Constants;
import org.javarosa.core.model.CoreModelModule;
import org.javarosa.core.model.FormDef;
import org.javarosa.core.model.FormIndex;
import org.javarosa.core.model.GroupDef;
import org.javarosa.core.model.SelectChoice;
import org.javarosa.core.model.SubmissionProfile;
import org.javarosa.core.model.ValidateOutcome;
import org.javarosa.core.model.data.IAnswerData;
import org.javarosa.core.model.data.SelectMultiData;
import org.javarosa.core.model.data.SelectOneData;
import org.javarosa.core.model.data.StringData;
import org.javarosa.core.model.data.helper.Selection;
import org.javarosa.core.model.instance.InstanceInitializationFactory;
import org.javarosa.core.model.instance.TreeElement;
import org.javarosa.core.model.instance.TreeReference;
import org.javarosa.core.reference.ReferenceManager;
import org.javarosa.core.services.PropertyManager;
import org.javarosa.core.services.PrototypeManager;
import org.javarosa.core.services.transport.payload.ByteArrayPayload;
import org.javarosa.core.util.JavaRosaCoreModule;
import org.javarosa.form.api.FormEntryController;
import org.javarosa.form.api.FormEntryModel;
import org.javarosa.form.api.FormEntryPrompt;
import org.javarosa.model.xform.XFormSerializingVisitor;
import org.javarosa.model.xform.XFormsModule;
import org.javarosa.model.xform.XPathReference;
import org.javarosa.xform.parse.XFormParser;
import org.javarosa.xform.util.XFormAnswerDataParser;
import org.javarosa.xform.util.XFormUtils;

/**
 * Fills forms as ODK Collect does, by the library that Collect is made of (JavaRosa, in the jar of
 * ODK Validate): question by question, with relevance, constraints, calculations and choices, and
 * writes the submission as Collect would send it. It knows nothing of the server.
 *
 * <pre>java -cp ODK_Validate.jar:CLASSES Fill FORM.xml FOLDER_OF_LISTS &lt; cases &gt; submissions</pre>
 *
 * A case is a line of JSON, answered by a line of JSON: see README.
 */
public final class Fill {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** A question that refused its answer, as Collect would tell its user. */
    private static final class Refused extends Exception {
        final String why;
        final String at;

        Refused(String why, String at, String message) {
            super(message);
            this.why = why;
            this.at = at;
        }
    }

    public static void main(String[] arguments) throws IOException {
        // The library speaks on stdout now and then; what it says is not ours.
        PrintStream answers = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        System.setOut(System.err);
        TimeZone.setDefault(TimeZone.getTimeZone("Asia/Jakarta"));
        PrototypeManager.registerPrototypes(JavaRosaCoreModule.classNames);
        PrototypeManager.registerPrototypes(CoreModelModule.classNames);
        new XFormsModule().registerModule();
        boolean describe = arguments.length > 0 && arguments[0].equals("--describe");
        List<String> files = Arrays.asList(arguments).subList(describe ? 1 : 0, arguments.length);
        String form = files.isEmpty() ? null : files.get(0);
        String lists = files.size() < 2 ? null : files.get(1);
        if (describe) {
            try {
                answers.println(new Fill(JSON.createObjectNode(), form, lists).describe());
            } catch (Exception broken) {
                throw new IOException("the form cannot be read: " + broken, broken);
            }
            return;
        }
        BufferedReader cases =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = cases.readLine(); line != null; line = cases.readLine()) {
            if (!line.isBlank()) {
                answers.println(answer(JSON.readTree(line), form, lists));
            }
        }
    }

    private static ObjectNode answer(JsonNode asked, String form, String lists) {
        ObjectNode told = JSON.createObjectNode();
        if (asked.has("case")) {
            told.set("case", asked.get("case"));
        }
        String expected = asked.path("expect").asText(null);
        try {
            Fill fill = new Fill(asked, form, lists);
            String xml = fill.fill();
            if (expected != null) {
                return told.put("error", "was not refused (" + expected + ")");
            }
            return told.put("instance_id", fill.instanceId()).put("xml", xml);
        } catch (Refused refused) {
            told.put("at", refused.at).put("message", refused.getMessage());
            return told.put(refused.why.equals(expected) ? "refused" : "error", refused.why);
        } catch (Exception broken) {
            return told.put("error", "broken").put("message", broken.toString());
        }
    }

    private final JsonNode asked;
    private final Map<String, String> answers = new HashMap<>();
    /** Key of an answer -> the path that it answered. */
    private final Map<String, String> used = new HashMap<>();
    private final FormDef form;
    private final FormEntryModel model;
    private final FormEntryController controller;

    private Fill(JsonNode asked, String formPath, String listsPath) throws Exception {
        this.asked = asked;
        asked.path("answers").fields().forEachRemaining(
            entry -> answers.put(entry.getKey().replace("[1]", ""), entry.getValue().asText()));
        Path lists = Path.of(asked.path("lists").asText(listsPath == null ? "." : listsPath));
        ReferenceManager references = ReferenceManager.instance();
        references.reset();
        references.addReferenceFactory(new Handset.InFolder(lists));
        PropertyManager.setPropertyManager(new Handset.Properties(asked.path("properties")));
        Path path = Path.of(asked.path("form").asText(formPath));
        try (InputStream stream = Files.newInputStream(path)) {
            form = XFormUtils.getFormFromInputStream(stream);
        }
        if (asked.has("clock")) {
            Date start = Date.from(OffsetDateTime.parse(asked.get("clock").asText()).toInstant());
            Date end = new Date(start.getTime() + asked.path("minutes").asInt(10) * 60_000L);
            Handset.setClock(form.getPreloader(), start, end);
        }
        model = new FormEntryModel(form);
        controller = new FormEntryController(model);
        if (asked.has("edit")) {
            load(asked.get("edit").asText());
        }
        form.initialize(!asked.has("edit"), new InstanceInitializationFactory());
    }

    /** The form as it was saved before, as Collect opens it again. */
    private void load(String xml) {
        byte[] bytes = xml.getBytes(StandardCharsets.UTF_8);
        TreeElement saved = XFormParser.restoreDataModel(bytes, null).getRoot();
        TreeElement root = form.getInstance().getRoot().deepCopy(true);
        if (!saved.getName().equals(root.getName())) {
            throw new IllegalArgumentException("the submission is of another form");
        }
        root.populate(saved, form);
        form.getInstance().setRoot(root);
    }

    private String fill() throws Exception {
        String edited = asked.has("edit") ? instanceId() : null;
        controller.jumpToIndex(FormIndex.createBeginningOfFormIndex());
        int event = controller.stepToNextEvent();
        while (event != FormEntryController.EVENT_END_OF_FORM) {
            TreeReference here = model.getFormIndex().getReference();
            boolean deleted = false;
            if (event == FormEntryController.EVENT_QUESTION) {
                answerQuestion();
            } else if (event == FormEntryController.EVENT_PROMPT_NEW_REPEAT) {
                if (isWanted(steps(here))) {
                    controller.newRepeat();
                }
            } else if (event == FormEntryController.EVENT_REPEAT && edited == null) {
                deleted = deleteUnlessWanted(here);
            }
            event = deleted ? model.getEvent() : controller.stepToNextEvent();
        }
        for (String key : answers.keySet()) {
            if (!used.containsKey(key)) {
                throw new Refused("not_asked", key, "the form does not ask this, or not here");
            }
        }
        ValidateOutcome outcome = form.validate(true);
        if (outcome != null) {
            controller.jumpToIndex(outcome.failedPrompt);
            refuse(outcome.outcome);
        }
        controller.finalizeFormEntry();
        setIds(edited);
        return serialise();
    }

    /** The form shows one repeat at once, which its user takes away. */
    private boolean deleteUnlessWanted(TreeReference here) {
        if (isWanted(steps(here)) || isCounted()) {
            return false;
        }
        controller.jumpToIndex(controller.deleteRepeat());
        return true;
    }

    private boolean isCounted() {
        return model.getCaptionPrompt().getFormElement()
            instanceof GroupDef group
            && (group.getCountReference() != null || group.noAddRemove);
    }

    private void answerQuestion() throws Refused {
        FormEntryPrompt prompt = model.getQuestionPrompt();
        List<String> path = steps(model.getFormIndex().getReference());
        String key = keyOf(path);
        if (key == null || prompt.isReadOnly()) {
            if (!prompt.isReadOnly()) {
                refuse(controller.answerQuestion(prompt.getAnswerValue(), true));
            }
            return;
        }
        String before = used.put(key, join(path));
        if (before != null) {
            throw new Refused("ambiguous", key, "answers " + before + " and " + join(path));
        }
        String text = answers.get(key);
        refuse(controller.answerQuestion(text.isEmpty() ? null : typed(prompt, text), true));
    }

    private void refuse(int outcome) throws Refused {
        if (outcome == FormEntryController.ANSWER_OK) {
            return;
        }
        FormEntryPrompt prompt = model.getQuestionPrompt();
        String at = join(steps(model.getFormIndex().getReference()));
        boolean required = outcome == FormEntryController.ANSWER_REQUIRED_BUT_EMPTY;
        String message = required ? prompt.getLongText() : prompt.getConstraintText();
        throw new Refused(required ? "required" : "constraint", at, message);
    }

    /** The answer as the widget of the question would give it. */
    private IAnswerData typed(FormEntryPrompt prompt, String text) throws Refused {
        switch (prompt.getControlType()) {
            case Constants.CONTROL_SELECT_ONE:
                return new SelectOneData(choice(prompt, text));
            case Constants.CONTROL_SELECT_MULTI:
            case Constants.CONTROL_RANK:
                List<Selection> chosen = new ArrayList<>();
                for (String one : text.split(" ")) {
                    chosen.add(choice(prompt, one));
                }
                return new SelectMultiData(chosen);
            case Constants.CONTROL_TRIGGER:
            case Constants.CONTROL_IMAGE_CHOOSE:
            case Constants.CONTROL_AUDIO_CAPTURE:
            case Constants.CONTROL_VIDEO_CAPTURE:
            case Constants.CONTROL_FILE_CAPTURE:
                return new StringData(text);
            default:
                IAnswerData data = null;
                try {
                    data = XFormAnswerDataParser.getAnswerData(
                        text, prompt.getDataType(), prompt.getQuestion());
                } catch (RuntimeException unreadable) {
                    // Told below.
                }
                if (data == null) {
                    throw new Refused("type", join(steps(prompt.getIndex().getReference())), text);
                }
                return data;
        }
    }

    private Selection choice(FormEntryPrompt prompt, String value) throws Refused {
        List<String> there = new ArrayList<>();
        for (SelectChoice choice : prompt.getSelectChoices()) {
            if (choice.getValue().equals(value)) {
                return choice.selection();
            }
            there.add(choice.getValue());
        }
        String at = join(steps(prompt.getIndex().getReference()));
        int few = Math.min(there.size(), 20);
        throw new Refused("choice", at, value + " is none of " + there.subList(0, few));
    }

    /** A new id for an edit, which names the one before; or the id that the case asks for. */
    private void setIds(String edited) {
        TreeElement meta = form.getInstance().getRoot().getFirstChild("meta");
        TreeElement id = meta.getFirstChild("instanceID");
        String fresh = edited == null ? null : "uuid:" + UUID.randomUUID();
        String wanted = asked.path("instance_id").asText(fresh);
        if (wanted != null) {
            id.setAnswer(new StringData(wanted));
        }
        if (edited == null) {
            return;
        }
        TreeElement deprecated = meta.getFirstChild("deprecatedID");
        if (deprecated == null) {
            deprecated = new TreeElement("deprecatedID");
            deprecated.setNamespace(id.getNamespace());
            deprecated.setNamespacePrefix(id.getNamespacePrefix());
            meta.addChild(deprecated);
        }
        deprecated.setAnswer(new StringData(edited));
    }

    private String instanceId() {
        TreeElement meta = form.getInstance().getRoot().getFirstChild("meta");
        IAnswerData id = meta.getFirstChild("instanceID").getValue();
        return id == null ? null : id.getDisplayText();
    }

    private String serialise() throws IOException {
        SubmissionProfile profile = form.getSubmissionProfile();
        boolean whole = profile == null || profile.getRef() == null;
        Object payload = new XFormSerializingVisitor().createSerializedPayload(
            form.getInstance(), whole ? new XPathReference("/") : profile.getRef());
        try (InputStream stream = ((ByteArrayPayload) payload).getPayloadStream()) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** What the form asks, one object a question, without answering any. */
    private ArrayNode describe() {
        ArrayNode told = JSON.createArrayNode();
        FormIndex index = model.incrementIndex(FormIndex.createBeginningOfFormIndex());
        while (!index.isEndOfFormIndex()) {
            if (model.getEvent(index) == FormEntryController.EVENT_QUESTION) {
                FormEntryPrompt prompt = model.getQuestionPrompt(index);
                ObjectNode question = told.addObject().put("path", join(steps(index.getReference())));
                question.put("label", prompt.getLongText()).put("control", prompt.getControlType());
                question.put("type", prompt.getDataType()).put("required", prompt.isRequired());
                question.put("relevant", model.isIndexRelevant(index));
                List<SelectChoice> choices = prompt.getSelectChoices();
                if (choices != null) {
                    ArrayNode values = question.putArray("choices");
                    choices.forEach(choice -> values.add(choice.getValue()));
                }
            }
            index = model.incrementIndex(index);
        }
        return told;
    }

    // Paths: `/data/products[2]/name`; a first repeat has no number.

    private static List<String> steps(TreeReference reference) {
        List<String> steps = new ArrayList<>();
        for (int level = 0; level < reference.size(); level++) {
            int number = Math.max(reference.getMultiplicity(level), 0) + 1;
            steps.add(reference.getName(level) + (number == 1 ? "" : "[" + number + "]"));
        }
        return steps;
    }

    private static String join(List<String> steps) {
        return "/" + String.join("/", steps);
    }

    /** The answer to a question: by its whole path, or by as many of its last steps as are given. */
    private String keyOf(List<String> path) {
        if (answers.containsKey(join(path))) {
            return join(path);
        }
        for (int from = 1; from < path.size(); from++) {
            String end = String.join("/", path.subList(from, path.size()));
            if (answers.containsKey(end)) {
                return end;
            }
        }
        return null;
    }

    /** Whether some answer lies within a repeat. */
    private boolean isWanted(List<String> repeat) {
        for (String key : answers.keySet()) {
            boolean whole = key.startsWith("/");
            List<String> steps = Arrays.asList((whole ? key.substring(1) : key).split("/"));
            for (int end = 1; end < steps.size(); end++) {
                List<String> outer = steps.subList(0, end);
                int from = whole ? 0 : Math.max(repeat.size() - end, 0);
                if (repeat.subList(from, repeat.size()).equals(outer)) {
                    return true;
                }
            }
        }
        return false;
    }
}
