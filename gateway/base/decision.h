// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QByteArrayList>

namespace Tidegate {

//! What was done to a link, a message or a part of one. Answered: with an outcome stored before, not carried out again.
enum class DecisionKind : quint8 { Denied, Dropped, Filtered, Delayed, Closed, Gap, Answered };

//! Why something of a client was not done, or not at once. One static object per rule, in the rules.h of the folder
//! that decides; its name is stable, so that operators can search for it.
struct DecisionRule
{
    const char *name; //!< a setting's key ("http.rate_max"), or the name of what cannot be set
    DecisionKind kind;
    const char *text;     //!< what happened, a sentence
    const char *fix;      //!< how to allow it: a setting, a flag, a role
    bool isLimit = false; //!< a rate limit: Decision::who is the key it counts by
};

//! One decision, or several like ones. A value; crosses threads.
struct Decision
{
    static constexpr qsizetype MaxMessages = 16;

    const DecisionRule *rule = nullptr;
    quint64 link = 0; //!< LinkId::value; 0 = none yet, or many
    QByteArray user;  //!< empty = guest, or many
    QByteArray site;
    QByteArray subject;   //!< channel, island, stream, path or type of frame
    QByteArray code = {}; //!< what the client was told; empty = nothing
    QByteArray detail = {};
    QByteArrayList messages = {}; //!< ids of the intents or islands it was about; at most MaxMessages
    QByteArray who = {};          //!< a limit's key; of many links, those of this name (Fanout::audienceName())
    qint64 count = 1;
    qint64 firstAtMs = 0; //!< wall clock; set when it is noted
    qint64 lastAtMs = 0;

    //! Whether \p other is one more of this.
    bool isLike(const Decision &other) const
    {
        return rule == other.rule && link == other.link && subject == other.subject && user == other.user &&
               who == other.who && site == other.site && code == other.code;
    }
    //! \p newer is like this one.
    void absorb(const Decision &newer);
    qsizetype byteSize() const;
};

size_t likenessHash(const Decision &decision, size_t seed = 0);

} // namespace Tidegate
