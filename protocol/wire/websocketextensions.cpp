// SPDX-License-Identifier: MIT
#include "wire/websocketextensions.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace Tidegate::WebSocket {

namespace {

constexpr int MaxWindowBits = 15;

//! Cuts one item: token *( ";" token [ "=" ( token | quoted-string ) ] ), blanks allowed between them.
class ItemReader
{
public:
    explicit ItemReader(QByteArrayView item)
        : m_rest(item)
    {
        skipBlanks();
    }

    bool isAtEnd() const { return m_rest.isEmpty(); }

    bool take(char wanted)
    {
        if (!m_rest.startsWith(wanted))
            return false;
        m_rest = m_rest.sliced(1);
        skipBlanks();
        return true;
    }

    //! Empty if there is none.
    QByteArray takeToken()
    {
        const auto *const end = std::find_if_not(m_rest.begin(), m_rest.end(), Http::isTokenChar);
        const QByteArrayView token = m_rest.first(end - m_rest.begin());
        m_rest = m_rest.sliced(token.size());
        skipBlanks();
        return token.toByteArray();
    }

    //! Empty if there is none, or none that is a token once its quotes and backslashes are gone.
    QByteArray takeValue()
    {
        if (!m_rest.startsWith('"'))
            return takeToken();
        QByteArray value;
        qsizetype at = 1;
        for (; at < m_rest.size() && m_rest[at] != '"'; ++at) {
            if (m_rest[at] == '\\' && ++at == m_rest.size())
                return {};
            value += m_rest[at];
        }
        if (at == m_rest.size() || !Http::isToken(value))
            return {};
        m_rest = m_rest.sliced(at + 1);
        skipBlanks();
        return value;
    }

private:
    void skipBlanks()
    {
        while (m_rest.startsWith(' ') || m_rest.startsWith('\t'))
            m_rest = m_rest.sliced(1);
    }

    QByteArrayView m_rest;
};

//! One item, as far as it concerns us.
struct Extension
{
    bool isDeflate = false;   //!< its name is permessage-deflate
    bool isUnderstood = true; //!< no parameter is unknown, repeated or has a value it must not have
    bool hasServerNoContextTakeover = false;
    bool hasClientNoContextTakeover = false;
    bool hasServerMaxWindowBits = false;
    bool hasClientMaxWindowBits = false;
    int serverMaxWindowBits = MaxWindowBits;
};

//! 8 to 15 without leading zero; 0 for anything else.
int windowBits(const QByteArray &value)
{
    const int bits = value.toInt();
    return bits >= 8 && bits <= MaxWindowBits && value == QByteArray::number(bits) ? bits : 0;
}

bool setOnce(bool &flag)
{
    return !std::exchange(flag, true);
}

//! \p value is empty if there was none. False if the parameter spoils the extension (section 7.1).
bool takeParameter(Extension &extension, const QByteArray &name, const QByteArray &value)
{
    if (name == "server_no_context_takeover")
        return setOnce(extension.hasServerNoContextTakeover) && value.isEmpty();
    if (name == "client_no_context_takeover")
        return setOnce(extension.hasClientNoContextTakeover) && value.isEmpty();
    if (name == "client_max_window_bits")
        return setOnce(extension.hasClientMaxWindowBits) && (value.isEmpty() || windowBits(value));
    if (name == "server_max_window_bits") {
        extension.serverMaxWindowBits = windowBits(value);
        return setOnce(extension.hasServerMaxWindowBits) && extension.serverMaxWindowBits;
    }
    return false;
}

//! Nothing if the item is malformed. Names compare with case: an answer must repeat what was offered.
std::optional<Extension> readItem(const QByteArray &item)
{
    ItemReader reader(item);
    const QByteArray name = reader.takeToken();
    if (name.isEmpty())
        return {};
    Extension extension;
    extension.isDeflate = name == "permessage-deflate";
    while (!reader.isAtEnd()) {
        if (!reader.take(';'))
            return {};
        const QByteArray parameter = reader.takeToken();
        if (parameter.isEmpty())
            return {};
        QByteArray value;
        if (reader.take('=')) {
            value = reader.takeValue();
            if (value.isEmpty())
                return {};
        }
        if (extension.isDeflate && !takeParameter(extension, parameter, value))
            extension.isUnderstood = false;
    }
    return extension;
}

// A smaller window for this client would mean other bytes than for the rest, compressed for it alone.
// client_max_window_bits needs no answer: our inflater takes any window.
bool isAcceptable(const Extension &offer)
{
    return offer.isDeflate && offer.isUnderstood && offer.serverMaxWindowBits == MaxWindowBits;
}

} // namespace

Result<QByteArray, UpgradeRefusal> chooseExtensions(const QByteArrayList &offered)
{
    QByteArray answer;
    for (const QByteArray &item : offered) {
        const std::optional<Extension> offer = readItem(item);
        if (!offer)
            return UpgradeRefusal{400, "Sec-WebSocket-Extensions is malformed", {}};
        if (!answer.isEmpty() || !isAcceptable(*offer))
            continue;
        answer = DeflateOffer; // the agreement in full, which is what our own clients ask for
        if (offer->hasServerMaxWindowBits)
            answer += "; server_max_window_bits=15";
    }
    return answer;
}

Result<bool> readExtensionAnswer(const QByteArrayList &answered)
{
    bool isAgreed = false;
    for (const QByteArray &item : answered) {
        const std::optional<Extension> answer = readItem(item);
        if (!answer)
            return Error{ErrorCode::InvalidSyntax, QStringLiteral("Sec-WebSocket-Extensions is malformed")};
        // client_max_window_bits may be answered only where it was offered (section 7.1.2.2).
        if (isAgreed || !answer->isDeflate || !answer->isUnderstood || !answer->hasServerNoContextTakeover ||
            answer->hasClientMaxWindowBits)
            return Error{ErrorCode::InvalidContract,
                         QStringLiteral("the server agreed to an extension that was not offered")};
        isAgreed = true;
    }
    return isAgreed;
}

} // namespace Tidegate::WebSocket
