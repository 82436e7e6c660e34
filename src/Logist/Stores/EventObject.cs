using System.Text.Json;
using Logist.Core.Jobs;

namespace Logist.Stores;

/// <summary>The members of one JSON object of the journal, checked and typed; reused for object after object.</summary>
internal sealed class EventObject
{
    private readonly string?[] _texts = new string?[(int)EventField.Run];
    private readonly long[] _numbers = new long[EventField.BudgetUsd - EventField.Run];
    private readonly decimal[] _amounts = new decimal[EventField.Now - EventField.BudgetUsd];
    private readonly bool[] _flags = new bool[EventField.At - EventField.Now];
    private readonly DateTimeOffset[] _times = new DateTimeOffset[EventField.Kept - EventField.At];
    private readonly List<string>?[] _lists = new List<string>?[EventField.Params - EventField.Kept];
    private readonly HashSet<string> _unknown = new(StringComparer.Ordinal);
    private Dictionary<string, string>? _map;
    private WorkResult? _result;
    private Failure? _failure;
    private Usage? _usage;
    private Owner? _owner;
    private EventObject? _nested;
    private UInt128 _seen;

    /// <summary>Reads from StartObject to its EndObject.</summary>
    /// <exception cref="JsonException">Also InvalidOperationException and FormatException: the JSON is not what it should be.</exception>
    public void Read(ref Utf8JsonReader reader)
    {
        _seen = 0;
        _unknown.Clear();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("an object is expected");
        }

        Span<char> buffer = stackalloc char[32];
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            // A longer name cannot be a known one, and must not make the copy fail.
            var known = reader.ValueSpan.Length <= buffer.Length;
            var field = known ? EventFields.Find(buffer[..reader.CopyString(buffer)]) : EventField.Unknown;
            if (field == EventField.Unknown)
            {
                SkipUnknown(ref reader);
                continue;
            }

            var bit = UInt128.One << (int)field;
            if ((_seen & bit) != 0)
            {
                throw new JsonException($"the field {buffer[..reader.CopyString(buffer)]} appears twice");
            }

            reader.Read();
            if (reader.TokenType != JsonTokenType.Null)
            {
                ReadValue(ref reader, field);
                _seen |= bit;
            }
        }
    }

    public bool Has(EventField field) => (_seen & (UInt128.One << (int)field)) != 0;

    public string Text(EventField field) => _texts[(int)Require(field)]!;

    public string? TextOrNull(EventField field) => Has(field) ? _texts[(int)field] : null;

    public long Number(EventField field) => _numbers[Require(field) - EventField.Run];

    public long? NumberOrNull(EventField field) => Has(field) ? _numbers[field - EventField.Run] : null;

    public long NumberOrZero(EventField field) => NumberOrNull(field) ?? 0;

    public int Int(EventField field) => checked((int)Number(field));

    public decimal Amount(EventField field) => _amounts[Require(field) - EventField.BudgetUsd];

    public decimal? AmountOrNull(EventField field) => Has(field) ? _amounts[field - EventField.BudgetUsd] : null;

    public bool Flag(EventField field, bool missing = false) => Has(field) ? _flags[field - EventField.Now] : missing;

    public DateTimeOffset Time(EventField field) => _times[Require(field) - EventField.At];

    public DateTimeOffset? TimeOrNull(EventField field) => Has(field) ? _times[field - EventField.At] : null;

    public IReadOnlyList<string> List(EventField field) => Has(field) ? _lists[field - EventField.Kept]! : [];

    public IReadOnlyDictionary<string, string> Params() =>
        Has(EventField.Params) ? _map! : new Dictionary<string, string>(StringComparer.Ordinal);

    public WorkResult? Result() => Has(EventField.Result) ? _result : null;

    public WorkResult RequiredResult() => Result() ?? throw Missing(EventField.Result);

    public Failure RequiredFailure() => Has(EventField.Failure) ? _failure! : throw Missing(EventField.Failure);

    public Usage? Usage() => Has(EventField.Usage) ? _usage : null;

    public Owner RequiredOwner() => Has(EventField.Owner) ? _owner! : throw Missing(EventField.Owner);

    private EventField Require(EventField field) => Has(field) ? field : throw Missing(field);

    private static JsonException Missing(EventField field) => new($"the field {Snake(field)} is missing");

    private void ReadValue(ref Utf8JsonReader reader, EventField field)
    {
        switch (field)
        {
            case < EventField.Run: _texts[(int)field] = reader.GetString(); break;
            case < EventField.BudgetUsd: _numbers[field - EventField.Run] = reader.GetInt64(); break;
            case < EventField.Now: _amounts[field - EventField.BudgetUsd] = reader.GetDecimal(); break;
            case < EventField.At: _flags[field - EventField.Now] = reader.GetBoolean(); break;
            case < EventField.Kept: _times[field - EventField.At] = reader.GetDateTimeOffset(); break;
            case < EventField.Params: _lists[field - EventField.Kept] = ReadList(ref reader); break;
            case EventField.Params: _map = ReadMap(ref reader); break;
            default: ReadNested(ref reader, field); break;
        }
    }

    private void ReadNested(ref Utf8JsonReader reader, EventField field)
    {
        var inner = _nested ??= new EventObject();
        inner.Read(ref reader);
        switch (field)
        {
            case EventField.Result: _result = ToResult(inner); break;
            case EventField.Failure:
                _failure = new Failure(inner.Text(EventField.Category), inner.Text(EventField.Message), inner.TextOrNull(EventField.Hint))
                {
                    RetryAt = inner.TimeOrNull(EventField.RetryAt),
                };
                break;
            case EventField.Usage:
                _usage = new Usage(inner.NumberOrNull(EventField.TokensIn), inner.NumberOrNull(EventField.TokensCached),
                    inner.NumberOrNull(EventField.TokensOut), inner.AmountOrNull(EventField.CostUsd))
                {
                    TokensReasoning = inner.NumberOrNull(EventField.TokensReasoning), Estimated = inner.Flag(EventField.Estimated),
                };
                break;
            default:
                _owner = new Owner(inner.Text(EventField.Name), inner.Text(EventField.Host), inner.Int(EventField.Pid),
                    inner.Text(EventField.BootId), inner.NumberOrZero(EventField.StartTime));
                break;
        }
    }

    private static WorkResult ToResult(EventObject o) => new()
    {
        ExitCode = o.NumberOrNull(EventField.ExitCode) is { } code ? checked((int)code) : null,
        StartedAt = o.TimeOrNull(EventField.StartedAt),
        DurationMs = o.NumberOrZero(EventField.DurationMs),
        Commit = o.TextOrNull(EventField.Commit),
        Tree = o.TextOrNull(EventField.Tree),
        Action = o.TextOrNull(EventField.Action),
        Summary = o.TextOrNull(EventField.Summary),
        Evidence = o.List(EventField.Evidence),
        Session = o.TextOrNull(EventField.Session),
        Provider = o.TextOrNull(EventField.Provider),
        Model = o.TextOrNull(EventField.Model),
        Version = o.TextOrNull(EventField.Version),
        PromptHash = o.TextOrNull(EventField.PromptHash),
        Usage = o.Usage(),
        Warnings = o.List(EventField.Warnings),
    };

    private static List<string> ReadList(ref Utf8JsonReader reader)
    {
        var list = new List<string>();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new JsonException("an array is expected");
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            list.Add(reader.GetString() ?? throw new JsonException("null in an array of texts"));
        }

        return list;
    }

    private static Dictionary<string, string> ReadMap(ref Utf8JsonReader reader)
    {
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("an object is expected");
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = reader.GetString()!;
            reader.Read();
            if (!map.TryAdd(key, reader.GetString() ?? throw new JsonException("null in an object of texts")))
            {
                throw new JsonException($"the field {key} appears twice");
            }
        }

        return map;
    }

    /// <summary>Members of a later version are ignored, but not their mistakes.</summary>
    private void SkipUnknown(ref Utf8JsonReader reader)
    {
        var name = reader.GetString()!;
        if (!_unknown.Add(name))
        {
            throw new JsonException($"the field {name} appears twice");
        }

        reader.Read();
        var depth = reader.CurrentDepth;
        do
        {
            // Only GetString notices lone surrogates.
            _ = reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName ? reader.GetString() : null;
        }
        while ((reader.CurrentDepth > depth || reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray) && reader.Read());
    }

    private static string Snake(EventField field) =>
        string.Concat(field.ToString().Select((c, i) => char.IsUpper(c) ? (i == 0 ? "" : "_") + char.ToLowerInvariant(c) : c.ToString()));
}
