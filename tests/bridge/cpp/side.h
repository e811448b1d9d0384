// The C++ here is compiled twice: as namespace `guarded` for the bridges in src/guarded, and as namespace
// `plain` for the same bridges without their guards.
#pragma once

#ifndef SIDE // an editor is looking
#define SIDE guarded
#endif
