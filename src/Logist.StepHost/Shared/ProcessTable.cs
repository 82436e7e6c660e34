using System.Buffers.Text;
using System.Text;

namespace Logist.StepHost;

/// <summary>One line of the process table; <paramref name="StartTime"/> in clock ticks since boot.</summary>
internal readonly record struct ProcessEntry(int Pid, int Parent, int Session, char State, int Threads, long StartTime)
{
    /// <summary>A main thread that ended shows as a zombie while the other threads still run.</summary>
    public bool IsAlive => State is not ('Z' or 'X') || Threads > 1;
}

/// <summary>What /proc says, read with plain system calls.</summary>
internal static class ProcessTable
{
    public static bool TryRead(int pid, out ProcessEntry entry)
    {
        Span<byte> buffer = stackalloc byte[1024];
        var length = Native.ReadFile($"/proc/{pid}/stat", buffer);
        entry = default;
        return length > 0 && TryParse(pid, buffer[..length], out entry);
    }

    /// <summary>Everything that runs now. Processes may come and go while it is read.</summary>
    public static Dictionary<int, ProcessEntry> Scan()
    {
        var table = new Dictionary<int, ProcessEntry>();
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(directory.AsSpan()), out var pid) && TryRead(pid, out var entry))
            {
                table[pid] = entry;
            }
        }

        return table;
    }

    /// <summary>The value of a variable in a process's initial environment, null when absent or not readable.</summary>
    public static string? Variable(int pid, string name)
    {
        var buffer = new byte[32 << 10];
        int length;
        while ((length = Native.ReadFile($"/proc/{pid}/environ", buffer)) == buffer.Length && length < 16 << 20)
        {
            buffer = new byte[buffer.Length * 4];
        }

        var rest = buffer.AsSpan(0, Math.Max(0, length));
        var key = Encoding.UTF8.GetBytes(name + "=");
        while (rest.Length > 0)
        {
            var end = rest.IndexOf((byte)0);
            var line = end < 0 ? rest : rest[..end];
            if (line.StartsWith(key))
            {
                return Encoding.UTF8.GetString(line[key.Length..]);
            }

            rest = end < 0 ? [] : rest[(end + 1)..];
        }

        return null;
    }

    /// <summary>
    /// Pids of the living and dead children of this process's main thread; descendants that lost their parent come to it too.
    /// </summary>
    public static void Children(int self, List<int> into)
    {
        into.Clear();
        var buffer = new byte[4096];
        int length;
        while ((length = Native.ReadFile($"/proc/{self}/task/{self}/children", buffer)) == buffer.Length)
        {
            buffer = new byte[buffer.Length * 4];
        }

        if (length < 0)
        {
            // A kernel built without CONFIG_PROC_CHILDREN.
            foreach (var entry in Scan().Values)
            {
                if (entry.Parent == self)
                {
                    into.Add(entry.Pid);
                }
            }

            return;
        }

        for (ReadOnlySpan<byte> rest = buffer.AsSpan(0, length); Utf8Parser.TryParse(rest, out int pid, out var used);)
        {
            into.Add(pid);
            rest = rest[Math.Min(rest.Length, used + 1)..];
        }
    }

    private static bool TryParse(int pid, ReadOnlySpan<byte> stat, out ProcessEntry entry)
    {
        entry = default;

        // The name in parentheses may itself contain blanks and parentheses: start behind the last one.
        var close = stat.LastIndexOf((byte)')');
        if (close < 0 || close + 2 >= stat.Length)
        {
            return false;
        }

        var rest = stat[(close + 2)..];
        var state = (char)rest[0];
        Span<long> fields = stackalloc long[20];
        for (var i = 0; i < 20; i++)
        {
            if (i > 0 && !Utf8Parser.TryParse(rest, out fields[i], out _))
            {
                return false;
            }

            var blank = rest.IndexOf((byte)' ');
            if (blank < 0)
            {
                return false;
            }

            rest = rest[(blank + 1)..];
        }

        entry = new ProcessEntry(pid, (int)fields[1], (int)fields[3], state, (int)fields[17], fields[19]);
        return true;
    }
}
