// SPDX-License-Identifier: MIT
#include "wire/httpwriter.h"

#include <algorithm>

namespace Tidegate::Http {

namespace {

struct Phrase
{
    int status;
    QByteArrayView text;
};

// RFC 9110 section 15, RFC 6585.
constexpr Phrase Phrases[] = {
    {100, "Continue"},
    {101, "Switching Protocols"},
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {204, "No Content"},
    {206, "Partial Content"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {416, "Range Not Satisfiable"},
    {417, "Expectation Failed"},
    {421, "Misdirected Request"},
    {422, "Unprocessable Content"},
    {426, "Upgrade Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
};

QByteArrayView classPhrase(int status)
{
    switch (status / 100) {
    case 1:
        return "Informational";
    case 2:
        return "Success";
    case 3:
        return "Redirection";
    case 4:
        return "Client Error";
    case 5:
        return "Server Error";
    default:
        return "Unknown";
    }
}

bool canWrite(int status, const Headers &headers)
{
    return status >= 100 && status <= 999 && std::all_of(headers.begin(), headers.end(), [](const auto &header) {
               return isToken(header.first) && isFieldValue(header.second);
           });
}

void appendHeader(QByteArray &out, QByteArrayView name, QByteArrayView value)
{
    out.append(name).append(": ").append(value).append("\r\n");
}

void appendStatusAndHeaders(QByteArray &out, int status, const Headers &headers)
{
    out.append("HTTP/1.1 ").append(QByteArray::number(status)).append(' ');
    out.append(reasonPhrase(status)).append("\r\n");
    for (const auto &[name, value] : headers)
        appendHeader(out, name, value);
}

bool hasNoLength(int status)
{
    return status < 200 || status == 204 || status == 304;
}

} // namespace

QByteArrayView reasonPhrase(int status)
{
    const auto *const found = std::find_if(std::begin(Phrases), std::end(Phrases),
                                           [status](const Phrase &phrase) { return phrase.status == status; });
    return found == std::end(Phrases) ? classPhrase(status) : found->text;
}

bool appendResponseHead(QByteArray &out, int status, const Headers &headers)
{
    if (!canWrite(status, headers))
        return false;
    appendStatusAndHeaders(out, status, headers);
    out.append("\r\n");
    return true;
}

bool appendResponse(QByteArray &out, int status, const Headers &headers, QByteArrayView body, bool withoutBody)
{
    if (!canWrite(status, headers))
        return false;
    appendStatusAndHeaders(out, status, headers);
    if (!hasNoLength(status))
        appendHeader(out, "Content-Length", QByteArray::number(body.size()));
    out.append("\r\n");
    if (!withoutBody && !hasNoLength(status))
        out.append(body);
    return true;
}

} // namespace Tidegate::Http
