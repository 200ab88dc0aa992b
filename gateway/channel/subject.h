// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>

#include <initializer_list>

namespace Tidegate {

//! Joins tokens to a subject with dots. In each token '.', '*', '>', '%', white space and control bytes are
//! percent-encoded, so a hostile site or channel name can neither add levels nor act as a wildcard.
QByteArray makeSubject(std::initializer_list<QByteArrayView> tokens);

} // namespace Tidegate
