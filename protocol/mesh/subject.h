// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArrayView>

// Subjects are tokens joined by dots; in patterns "*" stands for one token and ">" for one or more at the end. Bytes,
// case-sensitive; a star inside a longer token is an ordinary character. (MottoMesh spec section 5.)

namespace Tidegate::Mesh {

//! Keeps a subject with its reply address within what one NATS control line carries.
constexpr qsizetype MaxSubjectBytes = 1024;

//! What may be published or requested to: no empty token, white space or control character, no wildcard token.
bool isSubject(QByteArrayView text);
//! What may be subscribed to: as isSubject(), with wildcard tokens, ">" only as the last.
bool isPattern(QByteArrayView text);

//! Takes any text as a pattern, as permissions in tokens are written: empty tokens are tokens, and what follows a ">"
//! is ignored.
bool matches(QByteArrayView pattern, QByteArrayView subject);

//! Whatever \p pattern matches, \p whole matches too. \p pattern satisfies isPattern().
bool isSubset(QByteArrayView pattern, QByteArrayView whole);

//! Some subject is matched by both.
bool overlaps(QByteArrayView a, QByteArrayView b);

} // namespace Tidegate::Mesh
