using System.Text.Json;
using Logist.Agents.Streams;

namespace Logist.Agents.Acp;

/// <summary>What the agent asks and tells.</summary>
internal sealed partial class AcpClient : IAcpHandler
{
    private const int MaxGarbage = 20;

    private int _garbage;

    Action<Utf8JsonWriter>? IAcpHandler.Answer(string method, JsonElement parameters)
    {
        switch (method)
        {
            case "session/request_permission":
                _updates.EndMessage();
                var decided = AcpPermissions.Decide(parameters, _call.Workspace);
                var allowed = decided.Allowed && !_connection!.StopAsked;
                _events.Write(new AgentEvent.Permission(decided.Name, decided.What, allowed, decided.Why));
                return json => Choice(json, _connection!.StopAsked ? null : decided.Option);
            case "fs/read_text_file":
                var text = AcpFiles.Read(parameters, _call.Workspace);
                return json => json.WriteString("content"u8, text);
            case "fs/write_text_file":
                var written = AcpFiles.Write(parameters, _call.Workspace);
                _events.Write(new AgentEvent.Permission("write", written, true, "written for the agent"));
                return _ => { };
            default:
                return null;
        }
    }

    void IAcpHandler.Told(string method, JsonElement parameters)
    {
        if (method == "session/update")
        {
            _updates.Read(parameters.At("update"));
        }
    }

    void IAcpHandler.Garbage(string line)
    {
        if (++_garbage <= MaxGarbage)
        {
            _events.Write(new AgentEvent.Warning($"the agent printed what is no message: {line}"));
        }
    }

    private static void Choice(Utf8JsonWriter json, string? option)
    {
        json.WriteStartObject("outcome"u8);
        json.WriteString("outcome"u8, option is null ? "cancelled"u8 : "selected"u8);
        if (option is not null)
        {
            json.WriteString("optionId"u8, option);
        }

        json.WriteEndObject();
    }
}
