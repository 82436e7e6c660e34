namespace Logist.StepHost;

internal enum WatchKind : byte
{
    Listening,
    Owner,
    Exit,
    Output,
    Errors,
}

/// <summary>
/// The descriptors in epoll. Removing one takes it out of epoll before closing it and gives its slot a new generation: a child that
/// was just spawned may still hold a copy of every descriptor, so epoll can report one that was closed here already.
/// </summary>
internal sealed unsafe class Watches : IDisposable
{
    internal const int Batch = 64;

    private readonly int _epoll = Libc.EpollCreate();
    private readonly List<Slot> _slots = [];
    private readonly Stack<int> _free = new();
    private readonly byte[] _events = new byte[Batch * 16];

    private struct Slot
    {
        public int Fd;
        public uint Generation;
        public WatchKind Kind;
        public Execution? Execution;
    }

    /// <returns>The watch's number, to be given to <see cref="Close"/>.</returns>
    public int Add(int fd, WatchKind kind, Execution? execution)
    {
        if (!_free.TryPop(out var index))
        {
            index = _slots.Count;
            _slots.Add(default);
        }

        var slot = _slots[index] with { Fd = fd, Kind = kind, Execution = execution };
        _slots[index] = slot;
        Libc.Watch(_epoll, fd, Libc.EpollIn, Data(index, slot));
        return index;
    }

    public void AlsoWritable(int watch, bool writable)
    {
        var slot = _slots[watch];
        Libc.Rewatch(_epoll, slot.Fd, writable ? Libc.EpollIn | Libc.EpollOut : Libc.EpollIn, Data(watch, slot));
    }

    /// <summary>Ends the watch and closes its descriptor; -1 is no watch.</summary>
    public void Close(ref int watch)
    {
        if (watch < 0)
        {
            return;
        }

        var slot = _slots[watch];
        Libc.Unwatch(_epoll, slot.Fd);
        Native.Close(slot.Fd);
        _slots[watch] = new Slot { Fd = -1, Generation = slot.Generation + 1 };
        _free.Push(watch);
        watch = -1;
    }

    public int Fd(int watch) => _slots[watch].Fd;

    public void Wait(int milliseconds, List<(int Watch, uint Generation)> ready)
    {
        ready.Clear();
        fixed (byte* events = _events)
        {
            var count = Libc.Wait(_epoll, events, Batch, milliseconds);
            for (var i = 0; i < count; i++)
            {
                var data = *(ulong*)(events + (i * Libc.EventBytes) + Libc.EventDataOffset);
                ready.Add(((int)(uint)data, (uint)(data >> 32)));
            }
        }
    }

    /// <summary>False when the watch ended since the event was taken.</summary>
    public bool TryGet((int Watch, uint Generation) ready, out WatchKind kind, out Execution? execution)
    {
        var slot = _slots[ready.Watch];
        (kind, execution) = (slot.Kind, slot.Execution);
        return slot.Generation == ready.Generation && slot.Fd >= 0;
    }

    public void Dispose() => Native.Close(_epoll);

    private static ulong Data(int index, in Slot slot) => ((ulong)slot.Generation << 32) | (uint)index;
}
