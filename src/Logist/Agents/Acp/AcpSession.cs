using System.Text.Json;
using Logist.Agents.Streams;

namespace Logist.Agents.Acp;

/// <summary>What an agent announced when it opened the session: its models and modes, in whichever of two forms it has them.</summary>
/// <param name="opened">Result of session/new, session/load or session/resume.</param>
internal sealed class AcpSession(string id, JsonElement opened)
{
    // Without any question, as far as an agent has such a mode; then those that at least work on their own. Never left to the
    // agent's default: one starts in a mode in which a model judges each command, another without the right to write.
    private static readonly string[] Preferred =
    [
        "bypassPermissions", "yolo", "agent-full-access", "full-access", "dontAsk", "build", "act", "autoEdit", "auto-edit", "acceptEdits",
    ];

    public string Id => id;

    public string? Model => opened.At("models").Text("currentModelId") ?? Option("model").Text("currentValue");

    /// <summary>Asks for the mode with the fewest questions that was announced.</summary>
    /// <returns>Null: none of those that we know was announced, or it is the current one.</returns>
    public (string Method, Action<Utf8JsonWriter> Parameters, string Mode)? FullAccess()
    {
        var modes = opened.At("modes");
        var option = Option("mode");
        foreach (var mode in Preferred)
        {
            if (Has(modes.At("availableModes").Items(), "id", mode))
            {
                return mode == modes.Text("currentModeId") ? null : ("session/set_mode", json => Set(json, "modeId", mode), mode);
            }

            if (Has(option.At("options").Items(), "value", mode))
            {
                return mode == option.Text("currentValue") ? null
                    : ("session/set_config_option", json => SetOption(json, option, mode), mode);
            }
        }

        return null;
    }

    /// <returns>Null: the agent has no such request; its own command line or configuration decides.</returns>
    public (string Method, Action<Utf8JsonWriter> Parameters)? Choose(string model)
    {
        var option = Option("model");
        return opened.At("models").ValueKind == JsonValueKind.Object ? ("session/set_model", json => Set(json, "modelId", model))
            : option.ValueKind == JsonValueKind.Object ? ("session/set_config_option", json => SetOption(json, option, model)) : null;
    }

    private JsonElement Option(string category)
    {
        foreach (var option in opened.At("configOptions").Items())
        {
            if (option.Is("category", category) || option.Is("id", category))
            {
                return option;
            }
        }

        return default;
    }

    private void Set(Utf8JsonWriter json, string name, string value)
    {
        json.WriteString("sessionId"u8, id);
        json.WriteString(name, value);
    }

    private void SetOption(Utf8JsonWriter json, JsonElement option, string value)
    {
        Set(json, "value", value);
        json.WriteString("configId"u8, option.Text("id") ?? "");
    }

    private static bool Has(JsonElement.ArrayEnumerator items, string member, string value)
    {
        foreach (var item in items)
        {
            if (item.Is(member, value))
            {
                return true;
            }
        }

        return false;
    }
}
