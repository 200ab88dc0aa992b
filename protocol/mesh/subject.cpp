// SPDX-License-Identifier: MIT
#include "mesh/subject.h"

#include <algorithm>

namespace Tidegate::Mesh {

namespace {

constexpr QByteArrayView One = "*";
constexpr QByteArrayView Rest = ">";

//! Goes over the tokens of a text; the empty text has one, which is empty.
class Tokens
{
public:
    explicit Tokens(QByteArrayView text)
        : m_rest(text)
    {
    }

    bool hasNext() const { return !m_isDone; }
    QByteArrayView next()
    {
        const qsizetype dot = m_rest.indexOf('.');
        const QByteArrayView token = dot < 0 ? m_rest : m_rest.first(dot);
        m_isDone = dot < 0;
        m_rest = m_isDone ? QByteArrayView() : m_rest.sliced(dot + 1);
        return token;
    }

private:
    QByteArrayView m_rest;
    bool m_isDone = false;
};

bool isPlain(QByteArrayView text)
{
    return !text.isEmpty() && text.size() <= MaxSubjectBytes &&
           std::all_of(text.begin(), text.end(), [](char c) { return uchar(c) > 0x20 && uchar(c) != 0x7f; });
}

} // namespace

bool isSubject(QByteArrayView text)
{
    if (!isPlain(text))
        return false;
    for (Tokens tokens(text); tokens.hasNext();) {
        const QByteArrayView token = tokens.next();
        if (token.isEmpty() || token == One || token == Rest)
            return false;
    }
    return true;
}

bool isPattern(QByteArrayView text)
{
    if (!isPlain(text))
        return false;
    for (Tokens tokens(text); tokens.hasNext();) {
        const QByteArrayView token = tokens.next();
        if (token.isEmpty() || (token == Rest && tokens.hasNext()))
            return false;
    }
    return true;
}

bool matches(QByteArrayView pattern, QByteArrayView subject)
{
    Tokens wanted(pattern);
    Tokens given(subject);
    while (wanted.hasNext() && given.hasNext()) {
        const QByteArrayView want = wanted.next();
        if (want == Rest)
            return true;
        const QByteArrayView token = given.next();
        if (want != One && want != token)
            return false;
    }
    return !wanted.hasNext() && !given.hasNext();
}

bool isSubset(QByteArrayView pattern, QByteArrayView whole)
{
    Tokens inner(pattern);
    Tokens outer(whole);
    while (inner.hasNext() && outer.hasNext()) {
        const QByteArrayView have = inner.next();
        const QByteArrayView allow = outer.next();
        if (allow == Rest)
            return true;
        if (have == Rest || (allow != One && allow != have))
            return false;
    }
    return !inner.hasNext() && !outer.hasNext();
}

bool overlaps(QByteArrayView a, QByteArrayView b)
{
    Tokens left(a);
    Tokens right(b);
    while (left.hasNext() && right.hasNext()) {
        const QByteArrayView one = left.next();
        const QByteArrayView other = right.next();
        if (one == Rest || other == Rest)
            return true;
        if (one != One && other != One && one != other)
            return false;
    }
    return !left.hasNext() && !right.hasNext();
}

} // namespace Tidegate::Mesh
