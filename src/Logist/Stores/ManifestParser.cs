using System.Globalization;
using System.Text.Json;

namespace Logist.Stores;

/// <summary>Reads the top-level members of a manifest; what is below <c>phases</c> and other lists is only checked for syntax.</summary>
internal ref struct ManifestParser(ReadOnlySpan<byte> document, bool whole)
{
    internal const int MaxDepth = 64;

    private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private Utf8JsonReader _reader = new(document, whole, new JsonReaderState(new JsonReaderOptions { MaxDepth = MaxDepth }));
    private string? _jobId;
    private string? _status;
    private string? _reason;
    private string? _description;
    private string? _phase;
    private string? _agent;
    private string? _role;
    private string? _run;
    private string? _held;
    private string? _by;
    private string? _strip;
    private decimal? _cost;
    private decimal? _budget;
    private DateTimeOffset? _created;
    private DateTimeOffset? _updated;
    private JournalPosition _journal = new(0, 0, 0);

    /// <summary>Whether <c>phases</c> or the end was reached; else the beginning of the document was too short.</summary>
    public bool Complete { get; private set; }

    /// <exception cref="JsonException">Also InvalidOperationException and FormatException: it is not what it should be.</exception>
    /// <exception cref="NewerFormatException">A later version wrote it.</exception>
    public void Parse()
    {
        if (_reader.Read() && _reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("it is not an object");
        }

        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = _reader.GetString()!;
            if (!_seen.Add(name))
            {
                throw new JsonException($"the field {name} appears twice");
            }

            if (!whole && name == "phases")
            {
                Complete = true;
                return;
            }

            if (!ParseMember(name))
            {
                return;
            }
        }

        if (whole)
        {
            // The reader itself refuses what follows the closing brace.
            while (_reader.Read())
            {
            }

            Complete = true;
        }
    }

    public readonly ManifestHeader ToHeader()
    {
        foreach (var name in (ReadOnlySpan<string>)["job_id", "status", "current_phase", "active_agent"])
        {
            Require(name);
        }

        if (whole)
        {
            Require("schema");
            Require("phases");
            Require("journal");
        }

        return new ManifestHeader
        {
            JobId = _jobId ?? throw new JsonException("the field job_id is null"),
            Status = _status ?? throw new JsonException("the field status is null"),
            Reason = _reason,
            Description = _description,
            CurrentPhase = _phase,
            ActiveAgent = _agent,
            ActiveRole = _role,
            PhaseCounts = _counts,
            CostUsd = _cost,
            BudgetUsd = _budget,
            CreatedAt = _created,
            RunId = _run,
            HeldBy = _held,
            RequestedBy = _by,
            PhaseStrip = _strip,
            UpdatedAt = _updated,
            Journal = _journal,
        };
    }

    private readonly void Require(string name)
    {
        if (!_seen.Contains(name))
        {
            throw new JsonException($"the field {name} is missing");
        }
    }

    /// <returns>False: the beginning of the document ends within the value.</returns>
    private bool ParseMember(string name)
    {
        var value = _reader;
        if (!value.Read())
        {
            return false;
        }

        // Everything but phases is small; a value is read in one piece or not at all.
        if (!_reader.TrySkip())
        {
            return false;
        }

        try
        {
            ParseValue(name, ref value);
            return true;
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException)
        {
            throw new JsonException($"the field {name} has a value that it cannot have (byte {value.TokenStartIndex})", e);
        }
    }

    private void ParseValue(string name, ref Utf8JsonReader value)
    {
        switch (name)
        {
            case "schema": CheckSchema(value.GetString()); break;
            case "job_id": _jobId = value.GetString(); break;
            case "status": _status = value.GetString(); break;
            case "reason": _reason = value.GetString(); break;
            case "description": _description = value.GetString(); break;
            case "current_phase": _phase = value.GetString(); break;
            case "active_agent": _agent = value.GetString(); break;
            case "active_role": _role = value.GetString(); break;
            case "run_id": _run = value.GetString(); break;
            case "held_by": _held = value.GetString(); break;
            case "requested_by": _by = value.GetString(); break;
            case "phase_strip": _strip = value.GetString(); break;
            case "created_at" when value.TokenType != JsonTokenType.Null: _created = value.GetDateTimeOffset(); break;
            case "updated_at": _updated = value.GetDateTimeOffset(); break;
            case "phases" when value.TokenType != JsonTokenType.StartArray: throw new FormatException();
            case "phase_counts": ParseObject(ref value, ParseCount); break;
            case "metrics": ParseObject(ref value, ParseMetric); break;
            case "journal": ParseObject(ref value, ParseJournal); break;
            default: break;
        }
    }

    private delegate void Member(ref ManifestParser self, string name, ref Utf8JsonReader value);

    private void ParseObject(ref Utf8JsonReader value, Member member)
    {
        if (value.TokenType != JsonTokenType.StartObject)
        {
            throw new FormatException();
        }

        while (value.Read() && value.TokenType == JsonTokenType.PropertyName)
        {
            var name = value.GetString()!;
            value.Read();
            member(ref this, name, ref value);
            value.TrySkip();
        }
    }

    private static void ParseCount(ref ManifestParser self, string name, ref Utf8JsonReader value) =>
        _ = self._counts.TryAdd(name, value.GetInt32()) ? true : throw new FormatException();

    private static void ParseMetric(ref ManifestParser self, string name, ref Utf8JsonReader value)
    {
        if (value.TokenType == JsonTokenType.Null)
        {
            return;
        }

        switch (name)
        {
            case "cumulative_cost_usd": self._cost = value.GetDecimal(); break;
            case "budget_usd": self._budget = value.GetDecimal(); break;
            default: break;
        }
    }

    private static void ParseJournal(ref ManifestParser self, string name, ref Utf8JsonReader value)
    {
        self._journal = name switch
        {
            "seq" => self._journal with { Seq = Natural(ref value) },
            "offset" => self._journal with { Offset = Natural(ref value) },
            "epoch" => self._journal with { Epoch = Natural(ref value) },
            _ => self._journal,
        };
    }

    private static long Natural(ref Utf8JsonReader value) => value.GetInt64() is >= 0 and var n ? n : throw new FormatException();

    private static void CheckSchema(string? schema)
    {
        const string Known = "logist.manifest/v";
        if (schema is null || !schema.StartsWith(Known, StringComparison.Ordinal)
            || !int.TryParse(schema.AsSpan(Known.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var version) || version < 1)
        {
            throw new FormatException();
        }

        if (version > 1)
        {
            throw new NewerFormatException($"manifest version {version}");
        }
    }
}
