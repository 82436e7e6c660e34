using System.Text.Json;
using Logist.Core.Jobs;

namespace Logist.Agents;

internal enum AnswerAction { Completed, Stuck, Retry }

/// <summary>
/// What an agent says at its end: <c>{"action":"COMPLETED|STUCK|RETRY","evidence_files":[…],"summary_for_supervisor":"…"}</c>,
/// optionally <c>feedback</c>, <c>usage</c>, <c>step_id</c> and <c>attempt_id</c>. Unknown fields are ignored.
/// </summary>
internal sealed record Answer(AnswerAction Action)
{
    public const int MaxSummary = 1000, MaxFeedback = 4000, MaxEvidence = 1000, MaxBytes = 1 << 20, MaxDepth = 64;

    /// <summary>Paths as the agent wrote them until judged; then relative to the workspace.</summary>
    public IReadOnlyList<string> Evidence { get; init; } = [];

    public string? Summary { get; init; }

    public string? Feedback { get; init; }

    /// <summary>Unknown is null, also member by member.</summary>
    public Usage? Usage { get; init; }

    public string? StepId { get; init; }

    public string? AttemptId { get; init; }

    /// <summary>What was put right or left out, for the attempt's warnings.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>What a supervisor's RETRY tells the worker.</summary>
    public string? FeedbackOrSummary => Feedback ?? Summary;

    public string ActionText => Text(Action);

    public static string Text(AnswerAction action) => action switch
    {
        AnswerAction.Completed => "COMPLETED",
        AnswerAction.Stuck => "STUCK",
        _ => "RETRY",
    };

    /// <summary>The last JSON object with an <c>action</c> in an agent's output.</summary>
    public static AnswerResult Parse(ReadOnlySpan<byte> output)
    {
        var found = AnswerSearch.FindLast(output);
        return found is { } at ? ParseObject(output[at]) : AnswerResult.NotFound;
    }

    /// <summary>Exactly one JSON object, white space and a byte order mark aside.</summary>
    public static AnswerResult ParseObject(ReadOnlySpan<byte> json)
    {
        if (json.StartsWith("\uFEFF"u8))
        {
            json = json[3..];
        }

        if (json.IndexOfAnyExcept((byte)' ', (byte)'\n', (byte)'\r') < 0)
        {
            return new AnswerResult.Invalid("is empty");
        }

        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxDepth });
            return AnswerReader.Read(ref reader);
        }
        catch (JsonException e)
        {
            return new AnswerResult.Invalid($"is not valid JSON ({Place(e)})");
        }
        catch (InvalidOperationException)
        {
            // Utf8JsonReader checks text only when it is asked for as a string.
            return new AnswerResult.Invalid("contains invalid UTF-8 or half a surrogate pair");
        }
    }

    private static string Place(JsonException e) =>
        $"line {e.LineNumber.GetValueOrDefault() + 1}, byte {e.BytePositionInLine.GetValueOrDefault() + 1}";
}

internal abstract record AnswerResult
{
    public sealed record Valid(Answer Answer) : AnswerResult;

    /// <summary>There is an answer, and this is wrong with it; the sentence goes on after "the answer".</summary>
    public sealed record Invalid(string Why) : AnswerResult;

    public sealed record None : AnswerResult;

    public static readonly AnswerResult NotFound = new None();
}
