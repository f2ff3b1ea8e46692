namespace Lwt.Core;

/// <summary>
/// The source of <c>of_seq</c>: the elements of a sequence, which is enumerated from the first read on.
/// </summary>
internal sealed class EnumerableSource<T>(IEnumerable<T> elements) : StreamSource<T>
{
    // Null before the first element and after the end.
    private IEnumerator<T>? _enumerator;
    private bool _ended;

    internal override Promise<Unit> Feed()
    {
        if (!_ended)
        {
            // An exception of the sequence goes to whoever reads; it ends the sequence.
            var moved = false;
            try
            {
                _enumerator ??= elements.GetEnumerator();
                moved = _enumerator.MoveNext();
                if (moved)
                    Enqueue(_enumerator.Current);
            }
            finally
            {
                if (!moved)
                    End();
            }
            if (moved)
                return Completed<Unit>.Default;
        }
        EnqueueEnd();
        Close();
        return Completed<Unit>.Default;
    }

    internal override Promise Release(bool close)
    {
        End();
        if (!IsClosed)
        {
            EnqueueEnd();
            Close();
        }
        return Promise.Return();
    }

    private void End()
    {
        _ended = true;
        var enumerator = _enumerator;
        _enumerator = null;
        enumerator?.Dispose();
    }
}
