// SPDX-License-Identifier: MIT
#include "wire/httphead.h"

#include <algorithm>

namespace Tidegate::Http {

namespace {

constexpr qsizetype NoEnd = -1;
constexpr qsizetype BareLineFeed = -2;
// Far above any body limit, and safe from overflow.
constexpr qsizetype MaxLengthDigits = 18;

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

QByteArrayView trimmedField(QByteArrayView text)
{
    const auto isBlank = [](char c) { return c == ' ' || c == '\t'; };
    while (!text.isEmpty() && isBlank(text.front()))
        text = text.sliced(1);
    while (!text.isEmpty() && isBlank(text.back()))
        text.chop(1);
    return text;
}

bool isTarget(QByteArrayView text)
{
    return !text.isEmpty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f && c != '#'; });
}

bool isHost(QByteArrayView text)
{
    return std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || isDigit(c) ||
               (c != '\0' && QByteArrayView("-._~:[]%!$&'()*+;=").contains(c));
    });
}

//! Position behind the empty line, NoEnd or BareLineFeed. \p bytes do not begin with a line feed.
qsizetype findHeadEnd(QByteArrayView bytes, qsizetype start, qsizetype from)
{
    for (qsizetype lf = bytes.indexOf('\n', from); lf >= 0; lf = bytes.indexOf('\n', lf + 1)) {
        if (bytes[lf - 1] != '\r')
            return BareLineFeed;
        if (lf > start && bytes[lf - 2] == '\n')
            return lf + 1;
    }
    return NoEnd;
}

//! Fills a Head from complete bytes. Each step is false after refuse().
class HeadParser
{
public:
    HeadResult parse(QByteArrayView lines, qsizetype headBytes)
    {
        m_head.headBytes = headBytes;
        if (parseLines(lines) && checkHost() && checkContentLength() && checkTransferEncoding())
            return std::move(m_head);
        return std::move(m_refused);
    }

private:
    bool refuse(int status, const char *text)
    {
        m_refused = {status, text};
        return false;
    }

    bool parseLines(QByteArrayView lines);
    bool parseRequestLine(QByteArrayView line);
    bool parseVersion(QByteArrayView version);
    bool parseTarget(QByteArrayView target);
    bool parseAbsoluteTarget(QByteArrayView target);
    void splitPath(QByteArrayView pathAndQuery);
    bool parseHeader(QByteArrayView line);
    bool checkHost();
    bool checkContentLength();
    bool checkTransferEncoding();

    Head m_head;
    HeadRefused m_refused;
    bool m_isAbsolute = false;
};

bool HeadParser::parseLines(QByteArrayView lines)
{
    bool isFirst = true;
    while (!lines.isEmpty()) {
        const qsizetype lf = lines.indexOf('\n');
        const QByteArrayView line = lines.first(lf - 1);
        if (!(isFirst ? parseRequestLine(line) : parseHeader(line)))
            return false;
        isFirst = false;
        lines = lines.sliced(lf + 1);
    }
    return true;
}

bool HeadParser::parseRequestLine(QByteArrayView line)
{
    const qsizetype first = line.indexOf(' ');
    const qsizetype last = line.lastIndexOf(' ');
    if (first < 0 || first == last)
        return refuse(400, "malformed request line");
    const QByteArrayView method = line.first(first);
    if (!isToken(method) || method == QByteArrayView("CONNECT"))
        return refuse(400, "invalid method");
    m_head.method = method.toByteArray();
    return parseVersion(line.sliced(last + 1)) && parseTarget(line.sliced(first + 1, last - first - 1));
}

bool HeadParser::parseVersion(QByteArrayView version)
{
    if (version.size() != 8 || !version.startsWith("HTTP/") || !isDigit(version[5]) || version[6] != '.' ||
        !isDigit(version[7]))
        return refuse(400, "malformed request line");
    if (version[5] != '1')
        return refuse(505, "only HTTP/1 is spoken here");
    m_head.versionMinor = version[7] - '0';
    return true;
}

bool HeadParser::parseTarget(QByteArrayView target)
{
    if (!isTarget(target))
        return refuse(400, "invalid request target");
    m_head.target = target.toByteArray();
    if (target.front() == '/') {
        splitPath(target);
        return true;
    }
    if (target == QByteArrayView("*") && m_head.method == "OPTIONS") {
        m_head.path = "*";
        return true;
    }
    return parseAbsoluteTarget(target);
}

bool HeadParser::parseAbsoluteTarget(QByteArrayView target)
{
    const qsizetype schemeEnd = target.indexOf("://");
    const QByteArrayView scheme = target.first(qMax(schemeEnd, qsizetype(0)));
    if (!equalsIgnoringCase(scheme, "http") && !equalsIgnoringCase(scheme, "https"))
        return refuse(400, "invalid request target");
    const QByteArrayView rest = target.sliced(schemeEnd + 3);
    const auto end = std::find_if(rest.begin(), rest.end(), [](char c) { return c == '/' || c == '?'; });
    const QByteArrayView authority = rest.first(end - rest.begin());
    if (authority.isEmpty() || !isHost(authority))
        return refuse(400, "invalid request target");
    m_isAbsolute = true;
    m_head.host = authority.toByteArray();
    splitPath(rest.sliced(authority.size()));
    return true;
}

void HeadParser::splitPath(QByteArrayView pathAndQuery)
{
    const qsizetype mark = pathAndQuery.indexOf('?');
    const QByteArrayView path = mark < 0 ? pathAndQuery : pathAndQuery.first(mark);
    m_head.path = path.isEmpty() ? QByteArray("/") : path.toByteArray();
    if (mark >= 0)
        m_head.query = pathAndQuery.sliced(mark + 1).toByteArray();
}

bool HeadParser::parseHeader(QByteArrayView line)
{
    if (line.front() == ' ' || line.front() == '\t')
        return refuse(400, "folded header");
    if (m_head.headers.size() == MaxHeaderCount)
        return refuse(431, "too many headers");
    const qsizetype colon = line.indexOf(':');
    if (colon < 0 || !isToken(line.first(colon)))
        return refuse(400, "invalid header name");
    const QByteArrayView value = trimmedField(line.sliced(colon + 1));
    if (!isFieldValue(value))
        return refuse(400, "control character in a header");
    m_head.headers.emplace_back(line.first(colon).toByteArray(), value.toByteArray());
    return true;
}

// RFC 9112 section 3.2: one Host, and the authority of an absolute target wins over it.
bool HeadParser::checkHost()
{
    const qsizetype count = headerCount(m_head.headers, "host");
    if (count > 1 || (count == 0 && m_head.versionMinor > 0))
        return refuse(400, "exactly one Host header is required");
    const QByteArray host = m_head.header("host");
    if (!isHost(host))
        return refuse(400, "invalid Host header");
    if (!m_isAbsolute)
        m_head.host = host;
    return true;
}

bool HeadParser::checkContentLength()
{
    for (const auto &[name, value] : m_head.headers) {
        if (!equalsIgnoringCase(name, "content-length"))
            continue;
        if (value.isEmpty() || value.size() > MaxLengthDigits || !std::all_of(value.begin(), value.end(), isDigit))
            return refuse(400, "invalid Content-Length");
        const quint64 length = value.toULongLong();
        if (m_head.contentLength.value_or(length) != length)
            return refuse(400, "conflicting Content-Length");
        m_head.contentLength = length;
    }
    return true;
}

// RFC 9112 section 6.1. "chunked" alone is the only coding accepted, and only spelt so that nobody can read it
// otherwise.
bool HeadParser::checkTransferEncoding()
{
    const qsizetype count = headerCount(m_head.headers, "transfer-encoding");
    if (count == 0)
        return true;
    if (m_head.contentLength)
        return refuse(400, "Content-Length with Transfer-Encoding");
    if (m_head.versionMinor == 0)
        return refuse(400, "Transfer-Encoding in HTTP/1.0");
    m_head.isChunked = count == 1 && equalsIgnoringCase(m_head.header("transfer-encoding"), "chunked");
    if (m_head.isChunked)
        return true;
    const QByteArrayList codings = headerItems(m_head.headers, "transfer-encoding");
    const bool endsChunked = codings.size() > 1 && equalsIgnoringCase(codings.last(), "chunked");
    const auto isChunkedCoding = [](const QByteArray &coding) { return equalsIgnoringCase(coding, "chunked"); };
    if (codings.isEmpty() || std::count_if(codings.begin(), codings.end(), isChunkedCoding) > (endsChunked ? 1 : 0))
        return refuse(400, "invalid Transfer-Encoding");
    return refuse(501, "unknown transfer coding");
}

} // namespace

bool Head::keepsAlive() const
{
    if (headerHas("connection", "close"))
        return false;
    return versionMinor > 0 || headerHas("connection", "keep-alive");
}

bool Head::expects100Continue() const
{
    return versionMinor > 0 && headerHas("expect", "100-continue");
}

HeadResult parseHead(QByteArrayView bytes, qsizetype scannedBytes, qsizetype maxBytes)
{
    const QByteArrayView window = bytes.first(qMin(bytes.size(), maxBytes));
    // RFC 9112 section 2.2: one empty line before the request is forgiven.
    const qsizetype start = window.startsWith("\r\n") ? 2 : 0;
    // TLS and binary protocols on a plain port are answered now, not after a timeout.
    if (window.size() > start && !isTokenChar(window[start]) && window != QByteArrayView("\r"))
        return HeadRefused{400, "not an HTTP request"};
    const qsizetype end = findHeadEnd(window, start, qMin(scannedBytes, window.size()));
    if (end == BareLineFeed)
        return HeadRefused{400, "line feed without carriage return"};
    if (end == NoEnd && window.size() == maxBytes)
        return HeadRefused{431, "request head too large"};
    if (end == NoEnd)
        return HeadIncomplete{window.size()};
    return HeadParser().parse(window.sliced(start, end - 2 - start), end);
}

} // namespace Tidegate::Http
