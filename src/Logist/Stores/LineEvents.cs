using System.Text.Json;
using System.Text.Unicode;
using Logist.Core.Workflows;

namespace Logist.Stores;

/// <summary>Reads the events of journal lines; one instance is reused for all lines of a journal.</summary>
internal sealed class LineEvents(Func<string, WorkflowDefinition> workflow)
{
    private readonly EventObject _object = new();

    /// <summary>Adds the events of a line whose CRC is right.</summary>
    /// <exception cref="JsonException">The line is not what it should be.</exception>
    /// <exception cref="NewerFormatException">A later version wrote it.</exception>
    public void Read(ReadOnlySpan<byte> line, long firstSeq, int count, List<StoredEvent> into)
    {
        if (!Utf8.IsValid(line))
        {
            throw new JsonException("it is not valid UTF-8");
        }

        var before = into.Count;
        try
        {
            ReadLine(line, firstSeq, into);
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException or OverflowException)
        {
            // What the reader throws for a wrong type, a number out of range or a lone surrogate.
            throw new JsonException(e.Message, e);
        }

        if (into.Count - before != count)
        {
            throw new JsonException($"it announces {count} events and has {into.Count - before}");
        }
    }

    private void ReadLine(ReadOnlySpan<byte> line, long firstSeq, List<StoredEvent> into)
    {
        var reader = new Utf8JsonReader(line, new JsonReaderOptions { MaxDepth = JournalLine.MaxDepth });
        DateTimeOffset? at = null;
        var seq = firstSeq;
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("at"u8))
            {
                reader.Read();
                at = at is null ? reader.GetDateTimeOffset() : throw new JsonException("the field at appears twice");
            }
            else if (reader.ValueTextEquals("events"u8))
            {
                reader.Read();
                if (reader.TokenType != JsonTokenType.StartArray || seq != firstSeq || at is null)
                {
                    throw new JsonException("events is not one array after at");
                }

                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    _object.Read(ref reader);
                    into.Add(new StoredEvent(seq++, EventJson.Read(_object, at.Value, workflow)));
                }
            }
            else
            {
                reader.Skip();
            }
        }
    }
}
