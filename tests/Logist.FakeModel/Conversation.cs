using System.Text.Json.Nodes;

namespace Logist.FakeModel;

/// <summary>A tool that the agent offers.</summary>
/// <param name="Schema">Of its arguments; null: it takes free text.</param>
internal sealed record Tool(string Name, JsonObject? Schema);

internal enum Author { System, User, Assistant, Tool }

internal sealed record Message(Author Author, string Text);

/// <summary>One request, whichever protocol it came by.</summary>
internal sealed record Conversation(string? Model, bool Stream, IReadOnlyList<Tool> Tools, IReadOnlyList<Message> Messages)
{
    /// <summary>The form that the answer must have; for the agent's own side questions.</summary>
    public JsonObject? AnswerSchema { get; init; }

    /// <summary>Agents add notes of the system anywhere, also last: they are nobody's turn.</summary>
    public Author Last => Messages.LastOrDefault(message => message.Author != Author.System)?.Author ?? Author.User;

    public string AllText => string.Join('\n', Messages.Select(message => message.Text));

    /// <summary>Messages of earlier turns, if this one goes on where another process ended; else 0.</summary>
    public int Resent
    {
        get
        {
            for (var i = Messages.Count - 1; i >= 0; i--)
            {
                if (Messages[i].Author == Author.Assistant && Messages[i].Text.Contains(Script.Signature, StringComparison.Ordinal))
                {
                    return i + 1;
                }
            }

            return 0;
        }
    }

    /// <summary>What the people's side said since the last answer. Agents put notes of their own around the prompt.</summary>
    public string Prompt => string.Join('\n', Messages.Skip(Resent).Where(message => message.Author == Author.User)
        .Select(message => message.Text));
}

/// <summary>Prices and budgets can be tested, since these never change.</summary>
/// <param name="In">Includes <paramref name="Cached"/>.</param>
/// <param name="Out">Includes <paramref name="Reasoning"/>.</param>
public sealed record FakeUsage(int In, int Cached, int Out, int Reasoning)
{
    /// <summary>A call of a tool.</summary>
    public static readonly FakeUsage ToolCall = new(1000, 200, 50, 0);

    /// <summary>A last message.</summary>
    public static readonly FakeUsage Answer = new(1200, 1000, 80, 10);

    /// <summary>An agent's question beside its work: a title, a summary.</summary>
    public static readonly FakeUsage Side = new(10, 0, 5, 0);
}

internal abstract record Reply(FakeUsage Usage)
{
    /// <param name="Slow">In many pieces, with pauses between them.</param>
    public sealed record Text(string Content, FakeUsage Usage, bool Slow = false) : Reply(Usage)
    {
        public IEnumerable<string> Pieces()
        {
            var length = Slow ? 12 : 60;
            for (var at = 0; at < Content.Length; at += length)
            {
                yield return Content.Substring(at, Math.Min(length, Content.Length - at));
            }
        }
    }

    /// <param name="Arguments">Null: the tool takes <paramref name="FreeText"/>.</param>
    public sealed record Call(string Tool, JsonObject? Arguments, string? FreeText) : Reply(FakeUsage.ToolCall)
    {
        public JsonObject AsObject => Arguments?.DeepClone().AsObject() ?? new JsonObject { ["input"] = FreeText };
    }
}
