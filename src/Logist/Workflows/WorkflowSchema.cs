using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Logist.Workflows;

/// <summary>The JSON Schema (draft-07) of workflow files, for editors. Made from the table the loader checks against.</summary>
public static class WorkflowSchema
{
    public static string Json => Make();

    private static string Make()
    {
        var buffer = new ArrayBufferWriter<byte>(16 * 1024);
        var options = new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using (var json = new Utf8JsonWriter(buffer, options))
        {
            json.WriteStartObject();
            json.WriteString("$schema", "http://json-schema.org/draft-07/schema#");
            json.WriteString("title", "Logist workflow");
            WorkflowShape.Root.WriteMembers(json);
            json.WriteStartArray("oneOf");
            foreach (var form in (ReadOnlySpan<string>)["steps", "phases"])
            {
                json.WriteStartObject();
                json.WriteStartArray("required");
                json.WriteStringValue(form);
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndArray();
            WriteDefinitions(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan) + "\n";
    }

    private static void WriteDefinitions(Utf8JsonWriter json)
    {
        var named = new SortedDictionary<string, Shape>(StringComparer.Ordinal);
        Collect(WorkflowShape.Root, named);
        json.WriteStartObject("definitions");
        foreach (var (name, shape) in named)
        {
            json.WriteStartObject(name);
            shape.WriteMembers(json);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void Collect(Shape shape, SortedDictionary<string, Shape> named)
    {
        if (shape.Name is null || named.TryAdd(shape.Name, shape))
        {
            foreach (var part in shape.Parts)
            {
                Collect(part, named);
            }
        }
    }
}
